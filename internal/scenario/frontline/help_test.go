package frontline_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/frontline"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/internal/work/request"
	assets "banyan/web"
	"banyan/web/ui"
)

// city is the Fuzhou pack, loaded once for all tests; registers never change.
type city struct {
	cases  casework.City
	terms  request.Terms
	rates  *oversee.Rules
	words  *i18n.Catalog
	policy *access.Policy
}

var fuzhou = sync.OnceValues(func() (c city, err error) {
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
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
		func() (err error) { c.rates, err = oversee.LoadRules(p); return err },
		func() (err error) { c.words, err = i18n.Load(assets.Messages); return err },
		func() (err error) { c.policy, err = access.New(); return err },
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
	return o.cases.OpenTx(tx, in.Actor, casework.Opening{
		Request: in.RequestID, Number: in.Number, Kind: in.Kind, Channel: in.Channel, Area: in.AreaCode, Point: in.Point,
		Anonymous: in.Anonymous, HasContact: in.HasContact, Consent: in.Publish, Urgent: in.Urgent,
	})
}

// The people of the tests, each in one post.
func people() map[string]access.Actor {
	staff := func(id, unit, path string, roles ...string) access.Actor {
		return access.Actor{Kind: access.Staff, ID: id, Unit: unit, Area: path, Roles: roles}
	}
	gulou := "/3501/350102/"
	return map[string]access.Actor{
		"desk":    staff("desk", "3501.12345", "/3501/", access.CallTaker, access.Dispatcher),
		"lamps":   staff("lamps", "350102.cgj", gulou, access.Handler),
		"build":   staff("build", "350102.jsj", gulou, access.Handler),
		"green":   staff("green", "350102.sthj", gulou, access.Handler),
		"caller":  staff("caller", "350102004.jd", gulou+"350102004/", access.Caller),
		"grid":    staff("grid", "350102004001.sq", gulou+"350102004/350102004001/", access.Community),
		"far":     staff("far", "350103.cgj", "/3501/350103/", access.Handler),
		"chief":   staff("chief", "3501.12345", "/3501/", access.Supervisor),
		"citizen": {Kind: access.Citizen, ID: "p1"},
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
	oversee  *oversee.Service
	staff    *org.Service
	people   map[string]access.Actor
	words    *i18n.Catalog
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
	must(t, d.Migrate(t.Context(), fact.Schema(), trail.Schema(), person.Schema(), request.Schema(), casework.Schema(), oversee.Schema(), org.Schema()))
	w := &world{T: t, db: d, clock: now, facts: fact.New(d, now, slog.New(slog.DiscardHandler)), trail: trail.New(d, now), people: people(), words: c.words}
	w.cases, err = casework.New(casework.Deps{DB: d, Facts: w.facts, Clock: now, Policy: c.policy, City: c.cases})
	must(t, err)
	persons, err := person.New(d, now, w.trail, bytes.Repeat([]byte{7}, 32))
	must(t, err)
	w.requests = request.New(request.Deps{DB: d, Clock: now, Facts: w.facts, Trail: w.trail, People: persons, Policy: c.policy},
		request.City{Prefix: "FZ", Terms: c.terms, Areas: c.cases.Areas}, opener{w.cases})
	w.oversee = oversee.New(oversee.Deps{DB: d, Facts: w.facts, Clock: now, Policy: c.policy, Calendar: c.cases.Calendar, Areas: c.cases.Areas, Orgs: c.cases.Orgs, Rules: c.rates})
	w.staff = org.NewService(d, now, c.cases.Orgs)
	files, err := blob.Open(t.TempDir())
	must(t, err)
	w.serve(frontline.New(frontline.Deps{
		DB: d, Policy: c.policy, Cases: w.cases, Requests: w.requests, People: persons, Oversee: w.oversee, Staff: w.staff, Files: files,
		City: frontline.City{Areas: c.cases.Areas, Orgs: c.cases.Orgs, Duties: c.cases.Duties},
		Actor: func(r *http.Request) (access.Actor, error) {
			v := web.VisitorOf(r)
			a, ok := w.people[v.Staff+v.Person]
			if !ok {
				a = access.Actor{Kind: access.Guest}
			}
			return a, nil
		},
	}))
	return w
}

// serve puts the room behind the whole middleware; a session's token is the
// name of one of the people.
func (w *world) serve(r *frontline.Room) {
	s := web.New(web.Config{
		Logger: slog.New(slog.DiscardHandler), Catalog: w.words, ErrorPage: ui.ErrorPage, PerAccount: web.Rate{PerSecond: -1}, PerAddress: web.Rate{PerSecond: -1},
		Sessions: func(_ context.Context, token string) (web.Visitor, bool) {
			a, ok := w.people[token]
			if a.Kind == access.Citizen {
				return web.Visitor{Account: token, Kind: "citizen", Person: token}, ok
			}
			return web.Visitor{Account: token, Kind: "staff", Staff: token, Unit: a.Unit, Name: "张三"}, ok
		},
	})
	for pattern, h := range map[string]web.Handler{
		"GET /work": r.Work, "GET /work/orders/{id}": r.Order, "GET /work/orders/{id}/{act}": r.OrderForm,
		"POST /work/orders/{id}/sign": r.Sign, "POST /work/orders/{id}/assign": r.Assign, "POST /work/orders/{id}/respond": r.Respond,
		"POST /work/orders/{id}/ask": r.Ask, "POST /work/orders/{id}/reply": r.Reply, "POST /work/orders/{id}/report": r.Report,
		"POST /work/orders/{id}/checkin": r.CheckIn, "POST /work/orders/{id}/assist": r.Assist, "POST /work/orders/{id}/contact": r.Contact,
		"GET /work/files/{case}/{key}": r.File,
		"GET /calls":                   r.Calls, "GET /cases/{id}": r.Case, "GET /cases/{id}/call": r.CallForm, "POST /cases/{id}/call": r.Call,
		"POST /cases/{id}/score": r.Score, "POST /cases/{id}/end": r.EndCall,
		"GET /patrol": r.Patrol, "POST /patrol": r.Found, "GET /patrol/{id}": r.PatrolDone,
		"GET /oversight": r.Oversight, "GET /oversight/{id}/answer": r.AnswerForm, "POST /oversight/{id}/answer": r.Answer,
		"GET /oversight/appeal": r.AppealForm, "POST /oversight/appeal": r.Appeal,
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
	to     string // Location
	body   string
}

func (w *world) send(who, lang, method, path string, form url.Values) answer {
	w.Helper()
	var q *http.Request
	if form == nil {
		q = httptest.NewRequest(method, path, nil)
	} else {
		q = httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return w.do(who, lang, q)
}

func (w *world) do(who, lang string, q *http.Request) answer {
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Accept-Language", lang)
	if who != "" {
		q.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, q)
	return answer{world: w, status: rec.Code, to: rec.Header().Get("Location"), body: rec.Body.String()}
}

func (w *world) get(who, path string) answer { return w.send(who, "zh-Hans", "GET", path, nil) }

func (w *world) post(who, path string, form url.Values) answer {
	return w.send(who, "zh-Hans", "POST", path, form)
}

// want fails the test unless the answer has the status.
func (a answer) want(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("status %d, want %d: %s", a.status, status, a.text("main"))
	}
	if strings.Contains(a.body, "[frontline.") || strings.Contains(a.body, "[casework.") || strings.Contains(a.body, "[triage.") {
		a.Fatalf("a message is missing: %s", a.text("main"))
	}
	return a
}

func (a answer) doc() *goquery.Document {
	a.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	must(a.T, err)
	return doc
}

func (a answer) text(selector string) string {
	a.Helper()
	return strings.Join(strings.Fields(a.doc().Find(selector).Text()), " ")
}

// has fails the test unless the selector finds n things.
func (a answer) has(selector string, n int) answer {
	a.Helper()
	if got := a.doc().Find(selector).Length(); got != n {
		a.Fatalf("%s: %d, want %d in %s", selector, got, n, a.text("main"))
	}
	return a
}

func (a answer) says(selector, words string) answer {
	a.Helper()
	if got := a.text(selector); !strings.Contains(got, words) {
		a.Fatalf("%s says %q, want %q", selector, got, words)
	}
	return a
}

// lampWords are what the invented requester says.
const lampWords = "军门社区3号楼前路灯坏了三盏，晚上摔过人，我叫张三"

// open takes a request in and gives its case.
func (w *world) open() *casework.File {
	w.Helper()
	r, err := w.requests.Receive(w.Context(), access.Actor{Kind: access.Guest}, request.Intake{
		Kind: "complaint", Words: lampWords, Area: "350102004001", Channel: "web", Point: geo.Point{Lat: 26.0853, Lon: 119.2965},
		Contact: person.Contact{Name: "张三", Phone: "13900000001"}, Publish: true,
	})
	must(w.T, err)
	return w.file(r.CaseID)
}

func (w *world) file(id string) *casework.File {
	w.Helper()
	f, err := w.cases.Get(w.Context(), w.people["desk"], id)
	must(w.T, err)
	return f
}

// dispatch gives a new case to the lamp unit, with the reasons of a suggestion.
func (w *world) dispatch(assisting ...string) *casework.File {
	w.Helper()
	f := w.open()
	f, err := w.cases.Dispatch(w.Context(), w.people["desk"], casework.Dispatch{
		Case: f.Case.ID, Version: f.Case.Version, Duty: w.duty(), Lead: "350102.cgj", Assisting: assisting, Instruction: "请先设警示",
		Explanation: []byte(`{"candidates":[{"duty":"` + w.duty() + `","score":0.93,"lead":"350102.cgj","reasons":[{"kind":"signal","key":"triage.reason.signal","args":[{"name":"Word","value":{"zh-Hans":"路灯"}}]}]}]}`),
	})
	must(w.T, err)
	return f
}

// duty finds a duty that the district's city management leads on the spot.
func (w *world) duty() string {
	w.Helper()
	for _, d := range w.cases.City.Duties.All() {
		if d.Lead.Dept == "cgj" && d.Lead.Level == duty.DistrictLevel && d.OnSite {
			return d.Code
		}
	}
	w.Fatal("no duty on the spot is led by cgj")
	return ""
}

func (w *world) lead(f *casework.File) casework.Order {
	w.Helper()
	o, ok := f.LeadOrder()
	if !ok {
		w.Fatalf("case in state %s has no lead order", f.Case.State)
	}
	return o
}

func at(f *casework.File, o casework.Order, act string) string {
	if act != "" {
		act = "/" + act
	}
	return "/work/orders/" + o.ID + act + "?case=" + f.Case.ID
}
