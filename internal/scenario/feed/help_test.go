package feed_test

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"testing"

	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/web"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/platform/webhook"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/scenario/feed"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/casework"
	"banyan/internal/work/worktest"
)

const root = openapi.Prefix

// house is a city hall whose only room is the feed.
type house struct {
	*roomtest.House
	room  *feed.Room
	hooks *webhook.Service
	api   *openapi.API
	kept  *keeper
	keys  map[string]string // actor id of the real key by the name of one of the Cast
}

// keeper keeps no answers and counts the calls that ask it to.
type keeper struct{ calls int }

// Once runs do.
func (k *keeper) Once(ctx context.Context, _ openapi.Repeat, do func(context.Context) ([]byte, error)) ([]byte, error) {
	k.calls++
	return do(ctx)
}

func schemas() []db.Schema { return append(worktest.Schemas(), webhook.Schema(), feed.Schema()) }

// each opens a house on every engine there is.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, schemas(), func(t *testing.T, d *db.DB) { test(over(t, d)) })
}

func open(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	return over(t, dbtest.OpenSQLite(t, schemas()...))
}

func over(t *testing.T, d *db.DB) *house {
	t.Helper()
	work := worktest.New(t, d, worktest.Town(t))
	h := &house{House: roomtest.Over(work, nil), keys: map[string]string{}}
	var err error
	h.hooks, err = webhook.New(webhook.Config{
		DB: d, Clock: h.Clock, Logger: slog.New(slog.DiscardHandler), Key: slices.Repeat([]byte{7}, 32), Private: true,
		Holds: func(ctx context.Context, owner string) (bool, error) {
			return feed.Holds(ctx, h.Keys, owner, h.Clock.Now())
		},
	})
	h.Must(err)
	h.room = feed.New(feed.Deps{
		DB: d, Clock: h.Clock, Policy: h.City.Policy, Cases: h.Cases, Oversee: h.Oversee, Rate: h.Rate, Keys: h.Keys, Hooks: h.hooks,
		City: feed.City{Areas: h.City.Areas, Orgs: h.City.Orgs, Duties: h.City.Duties}, Program: h.program, Staff: h.Actor,
	})
	h.react(h.Facts)
	h.kept = &keeper{}
	h.api = openapi.New(h.Web, "Banyan", "1", h.kept)
	h.room.Register(h.api)
	h.Serve(map[string]web.Handler{
		"GET /exports/cases.csv": h.room.CasesCSV, "GET /exports/cases.xlsx": h.room.CasesXLSX, "GET /rates.csv": h.room.RatesCSV, "GET /rates.xlsx": h.room.RatesXLSX,
	})
	return h
}

// react lets a log of facts announce, as app wires it.
func (h *house) react(log *fact.Log) {
	var names []string
	for _, s := range casework.Steps() {
		if name := casework.FactPrefix + string(s.Action); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	log.React(fact.Reaction{Name: "announce", Batch: 200, On: names, Do: func(tx *db.Tx, facts []fact.Fact) error {
		var happened []casework.Happened
		for _, f := range facts {
			one, err := fact.Decode[casework.Happened](f)
			if err != nil {
				return err
			}
			happened = append(happened, one)
		}
		return h.room.AnnounceTx(tx, happened)
	}})
}

// program is the partner of an operation; one for whom key made a real key acts with its id.
func (h *house) program(ctx context.Context) access.Actor {
	a := h.Partner(ctx)
	if id, ok := h.keys[a.Unit]; ok {
		a.ID = id
	}
	return a
}

// key makes a real key in the post of one of the Cast, in its unit.
func (h *house) key(who string, scopes ...string) apikey.Key {
	h.Helper()
	a := h.Cast[who]
	codes := a.Area[:len(a.Area)-1]
	k, _, err := h.Keys.Create(h.Context(), "", apikey.New{Name: who, Unit: a.Unit, Area: codes[lastSlash(codes)+1:], Roles: a.Roles, Scopes: scopes})
	h.Must(err)
	h.keys[a.Unit] = k.ActorID()
	return k
}

func lastSlash(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return i
		}
	}
	return -1
}

// another is Lamp in another place, said by somebody else.
func (h *house) another(area string) *casework.File {
	h.Helper()
	in := worktest.Lamp()
	in.Area, in.Words = area, in.Words+area
	in.Point.Lat, in.Point.Lon = 0, 0
	return h.File(h.Receive(in).CaseID)
}

// changes reads the feed to its end as one of the Cast.
func (h *house) changes(who, after string, limit string) (list []feed.Change, next string) {
	h.Helper()
	for pages := 0; ; pages++ {
		var page struct {
			Changes []feed.Change
			Next    string
			More    bool
		}
		query := "?limit=" + limit
		if after != "" {
			query += "&after=" + after
		}
		h.Program(who).Call(http.MethodGet, root+"/feed/cases"+query, nil).Want(http.StatusOK).Into(&page)
		list, after = append(list, page.Changes...), page.Next
		if !page.More {
			return list, after
		}
		if pages > 10_000 {
			h.Fatal("the feed has no end")
		}
	}
}
