package hotline_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/search"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/hotline"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
	assets "banyan/web"
	"banyan/web/ui"
)

// city is the Fuzhou pack, loaded once for all tests; registers never change.
type city struct {
	cases  casework.City
	terms  request.Terms
	lists  *triage.Lists
	words  *i18n.Catalog
	policy *access.Policy
	shapes []byte
}

var fuzhou = sync.OnceValues(func() (c city, err error) {
	dir := os.DirFS("../../../packs/fuzhou")
	p, err := pack.Load(dir, nil)
	if err != nil {
		return c, err
	}
	c.cases.Pack = p.Ref()
	for _, load := range []func() error{
		func() (err error) { c.cases.Areas, err = area.New(p); return err },
		func() (err error) { c.cases.Orgs, err = org.New(p, c.cases.Areas); return err },
		func() (err error) { c.cases.Profiles, err = calendar.LoadProfiles(p); return err },
		func() (err error) { c.cases.Calendar, err = calendar.FromPack(p); return err },
		func() (err error) {
			c.cases.Duties, err = duty.New(p, c.cases.Areas, c.cases.Orgs, c.cases.Profiles.Has)
			return err
		},
		func() (err error) { c.cases.Rules, err = casework.LoadRules(p); return err },
		func() (err error) { c.terms, err = request.LoadTerms(p); return err },
		func() (err error) {
			c.lists, err = triage.NewLists(p, c.cases.Areas, c.cases.Orgs, c.cases.Duties)
			return err
		},
		func() (err error) { c.words, err = i18n.Load(assets.Messages); return err },
		func() (err error) { c.policy, err = access.New(); return err },
		func() (err error) { c.shapes, err = p.File("map.geojson"); return err },
	} {
		if err := load(); err != nil {
			return c, err
		}
	}
	return c, nil
})

// opener opens cases for requests, as the program wires it.
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

// The people of the tests, each in one post.
func people() map[string]access.Actor {
	staff := func(id, unit, path string, roles ...string) access.Actor {
		return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: path, Roles: roles}
	}
	gulou := "/3501/350102/"
	return map[string]access.Actor{
		"desk":     staff("desk", "3501.12345", "/3501/", access.CallTaker, access.Dispatcher),
		"second":   staff("second", "3501.12345", "/3501/", access.Dispatcher),
		"taker":    staff("taker", "3501.12345", "/3501/", access.CallTaker),
		"asker":    staff("asker", "3501.12345", "/3501/", access.FollowUp),
		"arbiter":  staff("arbiter", "3501.12345", "/3501/", access.Arbiter),
		"chief":    staff("chief", "3501.12345", "/3501/", access.Supervisor),
		"gulou":    staff("gulou", "350102.zx", gulou, access.Dispatcher, access.Supervisor),
		"cangshan": staff("cangshan", "350104.zx", "/3501/350104/", access.Dispatcher),
		"lamps":    staff("lamps", "350102.cgj", gulou, access.Handler),
		"citizen":  {Kind: access.Citizen, ID: "p1"},
	}
}

// world is one test's own city hall.
type world struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	facts    *fact.Log
	trail    *trail.Log
	cases    *casework.Service
	requests *request.Service
	persons  *person.Service
	triage   *triage.Service
	people   map[string]access.Actor
	words    *i18n.Catalog
	lang     string
	handler  http.Handler
}

func newWorld(t *testing.T) *world {
	t.Helper()
	c, err := fuzhou()
	must(t, err)
	now := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	d, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), db.Options{})
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	must(t, d.Migrate(t.Context(), fact.Schema(), search.Schema(), trail.Schema(), person.Schema(), request.Schema(), casework.Schema(), triage.Schema()))
	quiet := slog.New(slog.DiscardHandler)
	w := &world{T: t, db: d, clock: now, facts: fact.New(d, now, quiet), trail: trail.New(d, now), people: people(), words: c.words}
	w.cases, err = casework.New(casework.Deps{DB: d, Facts: w.facts, Clock: now, Policy: c.policy, City: c.cases})
	must(t, err)
	w.persons, err = person.New(d, now, w.trail, bytes.Repeat([]byte{7}, 32))
	must(t, err)
	w.requests = request.New(request.Deps{DB: d, Clock: now, Facts: w.facts, Trail: w.trail, People: w.persons, Policy: c.policy},
		request.City{Prefix: "FZ", Terms: c.terms, Areas: c.cases.Areas}, opener{w.cases})
	w.triage = triage.New(triage.Deps{DB: d, Clock: now, Lists: c.lists, Log: quiet})
	room, err := hotline.New(hotline.Deps{
		DB: d, Policy: c.policy, Cases: w.cases, Requests: w.requests, People: w.persons, Triage: w.triage,
		City: hotline.City{Areas: c.cases.Areas, Orgs: c.cases.Orgs, Duties: c.cases.Duties, Rules: c.cases.Rules, Map: c.shapes},
		Actor: func(r *http.Request) (access.Actor, error) {
			v := web.VisitorOf(r)
			if a, ok := w.people[v.Staff+v.Person]; ok {
				return a, nil
			}
			return access.Actor{Kind: access.Guest}, nil
		},
	})
	must(t, err)
	w.serve(room)
	return w
}

// serve puts the room behind the whole middleware; a session's token is the
// name of one of the people.
func (w *world) serve(r *hotline.Room) {
	s := web.New(web.Config{
		Logger: slog.New(slog.DiscardHandler), Catalog: w.words, Clock: w.clock, ErrorPage: ui.ErrorPage, PerAccount: web.Rate{PerSecond: -1}, PerAddress: web.Rate{PerSecond: -1},
		Sessions: func(_ context.Context, token string) (web.Visitor, bool) {
			a, ok := w.people[token]
			if a.Kind == access.Citizen {
				return web.Visitor{Account: token, Kind: "citizen", Person: token}, ok
			}
			return web.Visitor{Account: token, Kind: "staff", Staff: token, Unit: a.Unit, Name: "李四" + token}, ok
		},
	})
	for pattern, h := range map[string]web.Handler{
		"GET /desk": r.Desk, "GET /desk/call": r.Call, "POST /desk/call": r.CallSend, "POST /desk/suggest": r.Suggest,
		"GET /desk/queue": r.Queue, "GET /desk/changes": r.Changes, "GET /desk/rulings": r.Rulings, "GET /desk/followup": r.FollowUps,
		"GET /desk/contested": r.Contested, "GET /desk/cases": r.CaseList, "GET /desk/cases/{id}": r.Case,
		"POST /desk/cases/{id}/phone": r.Phone, "POST /desk/cases/{id}/{act}": r.Act, "GET /desk/photos/{key}": r.Photo,
	} {
		s.Handle(pattern, h)
	}
	s.Static("GET /assets/", assets.Assets())
	w.handler = s.Handler()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what a browser gets.
type answer struct {
	*world
	status int
	to     string
	doc    *goquery.Document
}

func (w *world) do(q *http.Request, who string) answer {
	w.Helper()
	if who != "" {
		q.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	}
	if w.lang != "" {
		q.AddCookie(&http.Cookie{Name: "lang", Value: w.lang})
	} else {
		q.Header.Set("Accept-Language", "zh-CN")
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, q)
	doc, err := goquery.NewDocumentFromReader(rec.Body)
	must(w.T, err)
	a := answer{world: w, status: rec.Code, to: rec.Header().Get("Location"), doc: doc}
	if i := strings.Index(doc.Text(), "[hotline."); i >= 0 {
		w.Errorf("%s: a message is missing: %s", q.URL.Path, doc.Text()[i:min(i+60, len(doc.Text()))])
	}
	return a
}

func (w *world) get(who, path string) answer {
	w.Helper()
	return w.do(httptest.NewRequest(http.MethodGet, path, nil), who)
}

func (w *world) post(who, path string, fields url.Values) answer {
	w.Helper()
	q := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return w.do(q, who)
}

// want checks status and, where they are given, texts of the page.
func (a answer) want(status int, texts ...string) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("status %d, want %d: %s", a.status, status, strings.Join(strings.Fields(a.doc.Find("main").Text()), " "))
	}
	for _, text := range texts {
		if !strings.Contains(a.doc.Text(), text) {
			a.Errorf("the page does not say %q: %s", text, strings.Join(strings.Fields(a.doc.Find("main").Text()), " "))
		}
	}
	return a
}

// leads checks where a form leads to and opens it.
func (a answer) leads(who, prefix string) answer {
	a.Helper()
	a.want(http.StatusSeeOther)
	if !strings.HasPrefix(a.to, prefix) {
		a.Fatalf("the form leads to %s, want %s…", a.to, prefix)
	}
	return a.get(who, a.to)
}

// said is what somebody on the phone said about a lamp.
func said(n int) request.Intake {
	return request.Intake{
		ClientID: "client-" + strconv.Itoa(1000+n), Kind: "help", Subject: "东街口公交站旁路灯不亮", Channel: "phone", Area: "350102004",
		Words: "东街口公交站往南二十米，路灯坏了三盏，昨晚我妈在台阶那里摔了一跤，希望尽快修。", Address: "东街口公交站旁",
		Point: geo.Point{Lat: 26.0853 + float64(n)*.0003, Lon: 119.2965}, Contact: person.Contact{Name: "张三", Phone: "1390000000" + strconv.Itoa(n)}, Publish: true,
	}
}

// receive takes a request in and stores the suggestion and the index, as the
// program's reaction does.
func (w *world) receive(in request.Intake) *casework.File {
	w.Helper()
	got, err := w.requests.Receive(w.Context(), w.people["desk"], in)
	must(w.T, err)
	must(w.T, w.db.Write(w.Context(), func(tx *db.Tx) error {
		if err := search.Index(tx, "request", got.RequestID, got.Number+" "+in.Subject+"\n"+in.Words); err != nil {
			return err
		}
		_, err := w.triage.SuggestTx(tx, triage.Input{Subject: in.Subject, Text: in.Words, Area: in.Area, Kind: in.Kind, At: w.clock.Now()}, got.CaseID)
		return err
	}))
	return w.file(got.CaseID)
}

func (w *world) file(id string) *casework.File {
	w.Helper()
	f, err := w.cases.Get(w.Context(), w.people["desk"], id)
	must(w.T, err)
	return f
}

// lampDuty is the duty that the suggestion puts first for a lamp.
const lampUnit = "350102.cgj"

// dispatched is a case at the lamp unit.
func (w *world) dispatched(n int, assisting ...string) *casework.File {
	w.Helper()
	f := w.receive(said(n))
	of, err := w.triage.Of(w.Context(), []string{f.Case.ID})
	must(w.T, err)
	f, err = w.cases.Dispatch(w.Context(), w.people["desk"], casework.Dispatch{Case: f.Case.ID, Duty: of[f.Case.ID].Duty, Lead: lampUnit, Assisting: assisting})
	must(w.T, err)
	return f
}

// replied is a case that the lamp unit has answered.
func (w *world) replied(n int) *casework.File {
	w.Helper()
	f := w.dispatched(n)
	lead, _ := f.LeadOrder()
	_, err := w.cases.Sign(w.Context(), w.people["lamps"], lead.ID)
	must(w.T, err)
	f, err = w.cases.Reply(w.Context(), w.people["lamps"], lead.ID, casework.Reply{
		True: "yes", Ours: "yes", Solved: "yes", Contacted: true, ContactedAt: w.clock.Now(), Means: "phone", Visited: true, Public: "三盏路灯已修好。",
	})
	must(w.T, err)
	return f
}

// asked is a case whose lead asks for something.
func (w *world) asked(n int, in casework.Asking) *casework.File {
	w.Helper()
	f := w.dispatched(n)
	lead, _ := f.LeadOrder()
	in.Order = lead.ID
	f, err := w.cases.Ask(w.Context(), w.people["lamps"], in)
	must(w.T, err)
	return f
}

// form is the open form of a page with its hidden fields, as a browser sends it.
func (a answer) form(id string) url.Values {
	a.Helper()
	out := url.Values{}
	form := a.doc.Find("form#" + id)
	if form.Length() != 1 {
		a.Fatalf("the page has %d forms %s: %s", form.Length(), id, strings.Join(strings.Fields(a.doc.Find("main").Text()), " "))
	}
	form.Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name, _ := s.Attr("name")
		kind, _ := s.Attr("type")
		_, on := s.Attr("checked")
		value, _ := s.Attr("value")
		switch {
		case goquery.NodeName(s) == "textarea":
			out.Add(name, s.Text())
		case goquery.NodeName(s) == "select":
			value, _ = s.Find("option[selected]").Attr("value")
			out.Add(name, value)
		case (kind == "radio" || kind == "checkbox") && !on:
		default:
			out.Add(name, value)
		}
	})
	return out
}

// looks counts the trail's rows of a person for a purpose.
func (w *world) looks(phone, purpose string) int {
	w.Helper()
	var id string
	must(w.T, w.db.Read(w.Context(), func(tx *db.Tx) error {
		p, err := person.ParsePhone(phone)
		if err != nil {
			return err
		}
		id, _, err = w.persons.Find(tx, p)
		return err
	}))
	rows, err := w.trail.ForPerson(w.Context(), id, "", 500)
	must(w.T, err)
	n := 0
	for _, row := range rows {
		if row.Purpose == purpose {
			n++
		}
	}
	return n
}
