package citizen_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/search"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/duty"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/citizen"
	"banyan/internal/work/casework"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
	assets "banyan/web"
	"banyan/web/ui"
)

// town is the Fuzhou pack read once; registers never change.
type town struct {
	casework.City
	pack  *pack.Pack
	terms request.Terms
	lists *triage.Lists
	shape []byte
}

var fuzhou = sync.OnceValues(func() (c town, err error) {
	if c.pack, err = pack.Load(os.DirFS("../../../packs/fuzhou"), nil); err != nil {
		return c, err
	}
	c.City.Pack = c.pack.Ref()
	if c.Areas, err = area.New(c.pack); err != nil {
		return c, err
	}
	if c.Orgs, err = org.New(c.pack, c.Areas); err != nil {
		return c, err
	}
	if c.Profiles, err = calendar.LoadProfiles(c.pack); err != nil {
		return c, err
	}
	if c.Calendar, err = calendar.FromPack(c.pack); err != nil {
		return c, err
	}
	if c.Duties, err = duty.New(c.pack, c.Areas, c.Orgs, c.Profiles.Has); err != nil {
		return c, err
	}
	if c.Rules, err = casework.LoadRules(c.pack); err != nil {
		return c, err
	}
	if c.terms, err = request.LoadTerms(c.pack); err != nil {
		return c, err
	}
	if c.shape, err = os.ReadFile("../../../packs/fuzhou/map.geojson"); err != nil {
		return c, err
	}
	c.lists, err = triage.NewLists(c.pack, c.Areas, c.Orgs, c.Duties)
	return c, err
})

// opener opens cases for requests, as app does.
type opener struct{ cases *casework.Service }

func (o opener) OpenTx(tx *db.Tx, in request.Opening) (string, error) {
	opening := casework.Opening{
		Request: in.RequestID, Number: in.Number, Kind: in.Kind, Channel: in.Channel, Area: in.AreaCode, Point: in.Point,
		Anonymous: in.Anonymous, HasContact: in.HasContact, Consent: in.Publish, Urgent: in.Urgent,
	}
	if in.JoinCase != "" {
		return in.JoinCase, o.cases.JoinTx(tx, in.Actor, in.JoinCase, opening)
	}
	return o.cases.OpenTx(tx, in.Actor, opening)
}

// house is one test's own city behind a server.
type house struct {
	*testing.T
	town     town
	db       *db.DB
	clock    *clock.Manual
	cases    *casework.Service
	requests *request.Service
	people   *person.Service
	trail    *trail.Log
	outbox   *notify.Outbox
	rates    *rate.Service
	identity *identity.Service
	room     *citizen.Room
	server   *httptest.Server
	codes    map[string]string // person -> code that was sent
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func newHouse(t *testing.T) *house {
	t.Helper()
	city, err := fuzhou()
	h := &house{T: t, town: city, clock: clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)), codes: map[string]string{}}
	h.must(err)
	if h.town.Rules.PublishAfter == "closed" {
		h.town.Rules.PublishAfter = "replied" // so that an open case can be public too
	}
	h.db, err = db.Open(t.Context(), filepath.Join(t.TempDir(), "banyan.db"), db.Options{})
	h.must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	h.must(h.db.Migrate(t.Context(), fact.Schema(), search.Schema(), notify.Schema(), trail.Schema(), person.Schema(), request.Schema(), casework.Schema(), triage.Schema(), identity.Schema(), rate.Schema()))
	h.work()
	h.serve()
	return h
}

func (h *house) work() {
	h.Helper()
	policy, err := access.New()
	h.must(err)
	log := slog.New(slog.DiscardHandler)
	facts := fact.New(h.db, h.clock, log)
	h.trail = trail.New(h.db, h.clock)
	h.people, err = person.New(h.db, h.clock, h.trail, bytes.Repeat([]byte{7}, 32))
	h.must(err)
	h.cases, err = casework.New(casework.Deps{DB: h.db, Facts: facts, Clock: h.clock, Policy: policy, City: h.town.City})
	h.must(err)
	h.requests = request.New(request.Deps{DB: h.db, Clock: h.clock, Facts: facts, Trail: h.trail, People: h.people, Policy: policy},
		request.City{Prefix: "FZ", Terms: h.town.terms, Areas: h.town.Areas}, opener{h.cases})
	resolve, _ := h.town.Profiles.Get("general")
	h.rates = rate.New(rate.Deps{DB: h.db, Facts: facts, Clock: h.clock, Policy: policy, Calendar: h.town.Calendar, Rectify: resolve.Rectify})
	h.identity, err = identity.New(identity.Deps{DB: h.db, Clock: h.clock, People: h.people, Key: bytes.Repeat([]byte{5}, 32), Send: func(_ *db.Tx, person, code string) error {
		h.codes[person] = code
		return nil
	}})
	h.must(err)
}

// serve puts the room behind the real middleware, with the routes that app gives it.
func (h *house) serve() {
	h.Helper()
	catalog, err := i18n.Load(assets.Messages)
	h.must(err)
	h.Cleanup(func() {
		if missing := catalog.Missing(); len(missing) > 0 {
			h.Errorf("messages that are missing: %v", missing)
		}
	})
	h.outbox = notify.New(notify.Config{DB: h.db, Clock: h.clock, Logger: slog.New(slog.DiscardHandler), Catalog: catalog})
	files, err := blob.Open(h.TempDir())
	h.must(err)
	server := web.New(web.Config{
		Catalog: catalog, ErrorPage: ui.ErrorPage, Clock: h.clock, Sessions: h.visitor, PerAddress: web.Rate{PerSecond: -1}, PerAccount: web.Rate{PerSecond: -1},
		Violation: func(report string) { h.Errorf("content security policy: %s", report) },
	})
	h.room = citizen.New(citizen.Deps{
		DB: h.db, Web: server, Cases: h.cases, Requests: h.requests, People: h.people, Trail: h.trail, Outbox: h.outbox, Files: files,
		Triage: triage.New(triage.Deps{DB: h.db, Clock: h.clock, Lists: h.town.lists, Log: slog.New(slog.DiscardHandler)}),
		Rates:  h.rates, Identity: h.identity, Title: h.town.pack.Title, Shapes: "/shapes", Key: bytes.Repeat([]byte{9}, 32),
		Actor: actor,
	})
	server.Static("GET /assets/", assets.Assets())
	server.Handle("GET /shapes", func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write(h.town.shape)
		return err
	})
	for pattern, handler := range routes(h.room) {
		server.Handle(pattern, handler)
	}
	h.server = httptest.NewServer(server.Handler())
	h.Cleanup(h.server.Close)
}

func routes(r *citizen.Room) map[string]web.Handler {
	return map[string]web.Handler{
		"GET /{$}": r.Home, "GET /search": r.Search,
		"GET /report": r.ReportStart, "POST /report": r.Report, "POST /report/suggest": r.ReportSuggest, "GET /report/areas": r.ReportAreas,
		"GET /report/done/{number}": r.ReportDone,
		"GET /photos/{key}":         r.Photo, "GET /photos/{key}/thumb": r.PhotoThumb,
		"GET /track": r.TrackStart, "POST /track": r.Track,
		"GET /my": r.My, "GET /mine": r.Mine, "GET /mine/{id}": r.MineOne, "GET /mine/{id}/words": r.MineWords, "GET /mine/{id}/looks": r.MineLooks,
		"GET /mine/{id}/files/{key}": r.MineFile,
		"POST /mine/{id}/confirm":    r.MineConfirm, "POST /mine/{id}/contest": r.MineContest, "POST /mine/{id}/rate": r.MineRate, "POST /mine/{id}/consent": r.MineConsent,
		"GET /signin": r.SignInStart, "POST /signin": r.SignIn, "GET /signin/code": r.SignInCodeStart, "POST /signin/code": r.SignInCode, "POST /signout": r.SignOut,
		"GET /me": r.Me, "GET /me/looks": r.MyLooks, "POST /me/sessions/{id}/end": r.MeEndSession,
		"GET /messages": r.Messages, "POST /messages/read": r.MessagesRead,
		"GET /public": r.Public, "GET /public/{number}": r.PublicOne,
	}
}

// visitor finds who holds a session's token, as app does; "staff.<unit>" is a member of staff.
func (h *house) visitor(ctx context.Context, token string) (web.Visitor, bool) {
	if unit, ok := strings.CutPrefix(token, "staff."); ok {
		return web.Visitor{Account: "staff", Kind: "staff", Staff: "staff-" + unit, Unit: unit, Session: "s"}, true
	}
	s, ok := h.identity.Lookup(ctx, token)
	return web.Visitor{Account: s.Account, Kind: string(s.Kind), Person: s.PersonID, Session: s.ID}, ok
}

func actor(r *http.Request) (access.Actor, error) {
	switch v := web.VisitorOf(r); v.Kind {
	case "citizen":
		return access.Actor{Kind: access.Citizen, ID: v.Person, Session: v.Session}, nil
	case "staff":
		return access.Actor{Kind: access.Staff, ID: v.Staff, Unit: v.Unit, Session: v.Session}, nil
	default:
		return access.Actor{Kind: access.Guest}, nil
	}
}

func staff(unit, path string, roles ...string) access.Actor {
	return access.Actor{Kind: access.Staff, ID: "staff-" + unit, Unit: unit, Area: path, Roles: roles}
}

func desk() access.Actor {
	return staff("3501.12345", "/3501/", access.CallTaker, access.Dispatcher, access.FollowUp, access.Supervisor)
}

// lamp is a request about a street lamp by the phone 13900000001.
func (h *house) lamp(change func(*request.Intake)) request.Receipt {
	h.Helper()
	in := request.Intake{
		Kind: "help", Words: "东街口公交站往南二十米，路灯坏了三盏，我叫张三，电话13900000001", Area: "350102004", Channel: "web",
		Contact: person.Contact{Name: "张三", Phone: "13900000001"}, Publish: true,
	}
	if change != nil {
		change(&in)
	}
	got, err := h.requests.Receive(h.Context(), access.Actor{Kind: access.Guest}, in)
	h.must(err)
	return got
}

// reply lets a unit deal with the case of a request up to its reply.
func (h *house) reply(r request.Receipt) *casework.File {
	h.Helper()
	code := ""
	for _, d := range h.town.Duties.All() {
		if d.Lead.Dept == "zmzx" {
			code = d.Code
		}
	}
	f, err := h.cases.Dispatch(h.Context(), desk(), casework.Dispatch{Case: r.CaseID, Duty: code, Lead: "3501.zmzx"})
	h.must(err)
	unit := staff("3501.zmzx", "/3501/", access.Handler)
	order, _ := f.LeadOrder()
	_, err = h.cases.Sign(h.Context(), unit, order.ID)
	h.must(err)
	h.clock.Advance(10 * time.Minute)
	f, err = h.cases.Reply(h.Context(), unit, order.ID, casework.Reply{
		True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: h.clock.Now(), Means: "phone", Visited: true,
		Internal: "内部说明不公开", Public: "三盏路灯已修好。",
	})
	h.must(err)
	return f
}

func (h *house) head(id string) (head request.Headline) {
	h.Helper()
	h.must(h.db.Read(h.Context(), func(tx *db.Tx) (err error) {
		head, err = h.requests.Get(tx, id)
		return err
	}))
	return head
}
