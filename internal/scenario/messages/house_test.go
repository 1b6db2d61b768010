package messages_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/db/dbtest"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/pack"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/messages"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
)

// today is when every import runs.
var today = time.Date(2026, 11, 23, 9, 0, 0, 0, clock.City)

// city is packs/fuzhou as far as an import needs it.
type city struct {
	loop  casework.City
	terms request.Terms
	lists *triage.Lists
}

var fuzhou = sync.OnceValues(func() (c city, err error) {
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		return c, err
	}
	c.loop.Pack = p.Ref()
	for _, load := range []func() error{
		func() error { c.loop.Areas, err = area.New(p); return err },
		func() error { c.loop.Orgs, err = org.New(p, c.loop.Areas); return err },
		func() error { c.loop.Profiles, err = calendar.LoadProfiles(p); return err },
		func() error { c.loop.Calendar, err = calendar.FromPack(p); return err },
		func() error {
			c.loop.Duties, err = duty.New(p, c.loop.Areas, c.loop.Orgs, c.loop.Profiles.Has)
			return err
		},
		func() error { c.loop.Rules, err = casework.LoadRules(p); return err },
		func() error { c.terms, err = request.LoadTerms(p); return err },
		func() error { c.lists, err = triage.NewLists(p, c.loop.Areas, c.loop.Orgs, c.loop.Duties); return err },
	} {
		if err := load(); err != nil {
			return c, err
		}
	}
	return c, nil
})

// house is one test's own store with the services an import plays through.
type house struct {
	*testing.T
	*messages.Import
	db     *db.DB
	people *trail.Log
	aside  *bytes.Buffer
}

func schemas() []db.Schema {
	return []db.Schema{fact.Schema(), person.Schema(), trail.Schema(), request.Schema(), casework.Schema(), triage.Schema()}
}

// each runs a test on every engine there is.
func each(t *testing.T, test func(h *house)) {
	t.Helper()
	t.Parallel()
	dbtest.Each(t, schemas(), func(t *testing.T, d *db.DB) { test(open(t, d)) })
}

// fresh is a house on SQLite alone, for tests of the file and not of the store.
func fresh(t *testing.T) *house {
	t.Helper()
	return open(t, dbtest.OpenSQLite(t, schemas()...))
}

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	c, err := fuzhou()
	if err != nil {
		t.Fatal(err)
	}
	policy, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	now := clock.NewManual(today)
	facts := fact.New(d, now, slog.New(slog.DiscardHandler))
	looks := trail.New(d, now)
	people, err := person.New(d, now, looks, bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := casework.New(casework.Deps{DB: d, Facts: facts, Clock: now, Policy: policy, City: c.loop})
	if err != nil {
		t.Fatal(err)
	}
	requests := request.New(request.Deps{DB: d, Clock: now, Facts: facts, Trail: looks, People: people, Policy: policy},
		request.City{Prefix: "FZ", Terms: c.terms, Areas: c.loop.Areas, Urgent: func(string) bool { return false }}, opener{cases})
	guess := triage.New(triage.Deps{DB: d, Clock: now, Lists: c.lists, Log: slog.New(slog.DiscardHandler)})
	aside := new(bytes.Buffer)
	return &house{T: t, db: d, people: looks, aside: aside, Import: &messages.Import{
		Clock: now, Requests: requests, Cases: cases, Triage: guess, Facts: facts, Aside: aside, Settle: facts.Drain,
	}}
}

// opener lets requests open cases, as app does.
type opener struct{ cases *casework.Service }

func (o opener) OpenTx(tx *db.Tx, in request.Opening) (string, error) {
	return o.cases.OpenTx(tx, in.Actor, casework.Opening{
		Request: in.RequestID, Number: in.Number, Kind: in.Kind, Channel: in.Channel, Area: in.AreaCode, Anonymous: in.Anonymous, HasContact: in.HasContact,
	})
}

// run imports a text as it would be run today.
func (h *house) run(ctx context.Context, file string) (messages.Result, error) {
	h.Clock.Set(today)
	return h.Import.Run(ctx, strings.NewReader(file))
}

func (h *house) must(file string) messages.Result {
	h.Helper()
	res, err := h.run(h.Context(), file)
	if err != nil {
		h.Fatal(err)
	}
	return res
}

// stories tells what happened to every case, without the ids that differ from
// store to store, in an order of its own. Every journal must rebuild its case.
func (h *house) stories() []string {
	h.Helper()
	var out []string
	last := ""
	_, differ, err := h.Cases.Replay(h.Context(), func(e casework.Happened) error {
		if e.Case != last {
			out, last = append(out, e.Area+" "+e.Kind), e.Case
		}
		out[len(out)-1] += "\n  " + strings.Join([]string{e.At.In(clock.City).Format(time.DateTime), string(e.Action), string(e.State), e.Duty, e.Lead}, " ")
		return nil
	})
	if err != nil || len(differ) > 0 {
		h.Fatalf("replay: %v differ, %v", differ, err)
	}
	slices.Sort(out)
	return out
}

// cases gives every case with its requests' words.
func (h *house) cases() map[string]*casework.File {
	h.Helper()
	out := map[string]*casework.File{}
	ids := map[string]bool{}
	if _, _, err := h.Cases.Replay(h.Context(), func(e casework.Happened) error { ids[e.Case] = true; return nil }); err != nil {
		h.Fatal(err)
	}
	for id := range ids {
		f, err := h.Cases.Get(h.Context(), access.Program("test"), id)
		if err != nil {
			h.Fatal(err)
		}
		said := h.words(f)
		out[said.Subject] = f
	}
	return out
}

// words reads what was said in the only request of a case.
func (h *house) words(f *casework.File) request.Said {
	h.Helper()
	var said []request.Said
	err := h.db.Write(h.Context(), func(tx *db.Tx) (err error) {
		said, err = h.Requests.Words(tx, trail.Reader{Actor: access.Program("test"), Purpose: trail.ForIndex, Subject: f.Case.ID}, f.Requests()...)
		return err
	})
	if err != nil || len(said) != 1 {
		h.Fatalf("words %v, %v", said, err)
	}
	return said[0]
}

func sample(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/sample.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
