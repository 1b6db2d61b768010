package account_test

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

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/pack"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/register/trail"
	"banyan/internal/scenario/account"
	assets "banyan/web"
	"banyan/web/ui"
)

const password = "榕树下的路灯又亮了呀"

// city is what every test reads and none changes.
type city struct {
	areas  *area.Register
	orgs   *org.Register
	words  *i18n.Catalog
	policy *access.Policy
}

var fuzhou = sync.OnceValues(func() (c city, err error) {
	p, err := pack.Load(os.DirFS("../../../packs/fuzhou"), nil)
	if err != nil {
		return c, err
	}
	for _, load := range []func() error{
		func() (err error) { c.areas, err = area.New(p); return err },
		func() (err error) { c.orgs, err = org.New(p, c.areas); return err },
		func() (err error) { c.words, err = i18n.Load(assets.Messages); return err },
		func() (err error) { c.policy, err = access.New(); return err },
	} {
		if err := load(); err != nil {
			return c, err
		}
	}
	return c, nil
})

// world is one test's own office: an administrator and a dispatcher with two
// posts, each with a login.
type world struct {
	*testing.T
	db       *db.DB
	clock    *clock.Manual
	facts    *fact.Log
	outbox   *notify.Outbox
	dev      *notify.Dev
	identity *identity.Service
	staff    *org.Service
	handler  http.Handler
}

func newWorld(t *testing.T, development bool) *world {
	t.Helper()
	c, err := fuzhou()
	must(t, err)
	now := clock.NewManual(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	d, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), db.Options{})
	must(t, err)
	t.Cleanup(func() { _ = d.Close() })
	must(t, d.Migrate(t.Context(), fact.Schema(), notify.Schema(), trail.Schema(), person.Schema(), identity.Schema(), org.Schema()))
	quiet := slog.New(slog.DiscardHandler)
	w := &world{T: t, db: d, clock: now, facts: fact.New(d, now, quiet), staff: org.NewService(d, now, c.orgs)}
	gateways := map[notify.Channel]notify.Gateway{notify.SMS: refusing{}}
	if development {
		w.dev = notify.NewDev(now, 10)
		gateways[notify.SMS] = w.dev
	}
	w.outbox = notify.New(notify.Config{DB: d, Clock: now, Logger: quiet, Catalog: c.words, Gateways: gateways,
		Resolve: func(context.Context, string, notify.Channel) (notify.Recipient, error) {
			return notify.Recipient{Address: "13900000001", Lang: i18n.ZhHans}, nil
		}})
	people, err := person.New(d, now, trail.New(d, now), bytes.Repeat([]byte{7}, 32))
	must(t, err)
	w.identity, err = identity.New(identity.Deps{DB: d, Clock: now, People: people, Key: bytes.Repeat([]byte{9}, 32), Send: func(*db.Tx, string, string) error { return nil }})
	must(t, err)
	w.serve(c)
	w.add("admin", "3501.12345", org.Admin)
	w.add("lisi", "3501.12345", org.Dispatcher)
	return w
}

// refusing is a gateway that never takes a message.
type refusing struct{}

func (refusing) Send(context.Context, notify.Envelope) error {
	return notify.Refused{What: "number not in service"}
}

// add makes a person with a login of the same name.
func (w *world) add(login, unit string, roles ...org.Role) string {
	w.Helper()
	s, err := w.staff.AddStaff(w.Context(), org.Staff{Name: "张三" + login, Unit: unit, Account: login, Active: true})
	must(w.T, err)
	for _, role := range roles {
		_, err := w.staff.AddPost(w.Context(), org.Post{Staff: s.ID, Role: role, GivenBy: "system"})
		must(w.T, err)
	}
	_, err = w.identity.AddStaffAccount(w.Context(), identity.NewStaff{StaffID: s.ID, Login: login, Password: password})
	must(w.T, err)
	return s.ID
}

func (w *world) serve(c city) {
	s := web.New(web.Config{
		Logger: slog.New(slog.DiscardHandler), Catalog: c.words, ErrorPage: ui.ErrorPage, Clock: w.clock, PerAccount: web.Rate{PerSecond: -1}, PerAddress: web.Rate{PerSecond: -1},
		Sessions: func(ctx context.Context, token string) (web.Visitor, bool) {
			s, ok := w.identity.Lookup(ctx, token)
			if !ok {
				return web.Visitor{}, false
			}
			p, err := w.staff.Staff(ctx, s.StaffID)
			return web.Visitor{Account: s.Account, Kind: "staff", Staff: s.StaffID, Unit: p.Unit, Name: p.Name, Session: s.ID}, err == nil && p.Active
		},
	})
	r, err := account.New(account.Deps{
		Web: s, Clock: w.clock, Identity: w.identity, Staff: w.staff, Policy: c.policy, Facts: w.facts, Outbox: w.outbox, Key: bytes.Repeat([]byte{5}, 32),
		City: account.City{Title: i18n.Text{Hans: "福州市"}, Areas: c.areas, Orgs: c.orgs}, Dev: w.dev, Logins: []account.Login{{Login: "lisi", Password: password, Name: "李四"}},
		Actor: w.actor,
		Seats: func(ctx context.Context, staff string) ([]account.Seat, error) { return w.seats(ctx, c.areas, staff) },
		Choose: func(rw http.ResponseWriter, q *http.Request, seat string) {
			s.SetCookie(rw, q, "post", seat, time.Hour)
		},
	})
	must(w.T, err)
	for pattern, h := range map[string]web.Handler{
		"GET /staff/signin": r.SignInForm, "POST /staff/signin": r.SignIn, "POST /staff/signin/code": r.SignInCode, "POST /signout": r.SignOut,
		"GET /account": r.Me, "POST /account/sessions/{id}/revoke": r.Revoke, "POST /account/sessions/others": r.RevokeOthers,
		"GET /account/posts": r.SeatForm, "POST /account/posts": r.TakeSeat,
		"GET /account/password": r.PasswordForm, "POST /account/password": r.Password,
		"GET /account/factor": r.FactorForm, "POST /account/factor": r.Enrol, "POST /account/factor/confirm": r.Confirm,
		"GET /admin/failures": r.Failures, "POST /admin/failures/reactions/{id}": r.RetryReaction, "POST /admin/failures/messages/{id}": r.RetryMessage,
		"GET /admin/staff": r.StaffList, "GET /admin/staff/new": r.NewStaffForm, "POST /admin/staff": r.AddStaff, "GET /admin/staff/{id}": r.StaffPage,
		"POST /admin/staff/{id}/posts": r.AddPost, "POST /admin/staff/{id}/posts/{post}/end": r.EndPost, "POST /admin/staff/{id}/leave": r.Leave,
		"POST /admin/staff/{id}/disabled": r.SetDisabled, "POST /admin/staff/{id}/password": r.ResetPassword,
		"GET /dev": r.DevLogins, "GET /dev/outbox": r.DevOutbox,
	} {
		s.Handle(pattern, h)
	}
	s.Static("GET /assets/", assets.Assets())
	w.handler = s.Handler()
}

// actor acts in the chosen seat, else in the first.
func (w *world) actor(q *http.Request) (access.Actor, error) {
	c, err := fuzhou()
	if err != nil {
		return access.Actor{}, err
	}
	seats, err := w.seats(q.Context(), c.areas, web.VisitorOf(q).Staff)
	if err != nil || len(seats) == 0 {
		return access.Actor{}, fault.New(fault.Forbidden, "access.refused")
	}
	s := seats[0]
	for _, one := range seats {
		if chosen, err := q.Cookie("post"); err == nil && chosen.Value == one.ID {
			s = one
		}
	}
	return access.Actor{Kind: access.Staff, ID: web.VisitorOf(q).Staff, Unit: s.Unit, Area: s.Path, Roles: s.Roles}, nil
}

func (w *world) seats(ctx context.Context, areas *area.Register, staff string) ([]account.Seat, error) {
	posts, err := w.staff.PostsOf(ctx, staff, w.clock.Now())
	var seats []account.Seat
	for _, p := range posts {
		a, _ := areas.Get(p.Area)
		seats = append(seats, account.Seat{ID: p.ID, Unit: p.Unit, Path: a.Path, Roles: []string{string(p.Role)}})
	}
	return seats, err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// browser keeps cookies between requests, as one person's browser does.
type browser struct {
	*world
	lang    string
	cookies map[string]string
}

func (w *world) browser() *browser {
	return &browser{world: w, lang: "zh-Hans", cookies: map[string]string{}}
}

// signedIn is a browser in which a login has signed in.
func (w *world) signedIn(login string) *browser {
	w.Helper()
	b := w.browser()
	b.post("/staff/signin", url.Values{"login": {login}, "password": {password}}).want(http.StatusSeeOther)
	return b
}

// answer is what a browser gets.
type answer struct {
	t      *testing.T
	status int
	to     string
	body   string
}

func (b *browser) get(path string) answer { return b.send("GET", path, nil) }

func (b *browser) post(path string, form url.Values) answer { return b.send("POST", path, form) }

func (b *browser) send(method, path string, form url.Values) answer {
	q := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	q.Header.Set("Accept", "text/html")
	q.Header.Set("Accept-Language", b.lang)
	q.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	for name, value := range b.cookies {
		q.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	rec := httptest.NewRecorder()
	b.handler.ServeHTTP(rec, q)
	for _, c := range rec.Result().Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return answer{t: b.T, status: rec.Code, to: rec.Header().Get("Location"), body: rec.Body.String()}
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.text("main"))
	}
	if strings.Contains(a.body, "[account.") || strings.Contains(a.body, "[identity.") || strings.Contains(a.body, "[org.") {
		a.t.Fatalf("a message is missing: %s", a.text("main"))
	}
	return a
}

func (a answer) doc() *goquery.Document {
	a.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	must(a.t, err)
	return doc
}

func (a answer) text(selector string) string {
	a.t.Helper()
	return strings.Join(strings.Fields(a.doc().Find(selector).Text()), " ")
}

func (a answer) has(selector string, n int) answer {
	a.t.Helper()
	if got := a.doc().Find(selector).Length(); got != n {
		a.t.Fatalf("%s: %d, want %d in %s", selector, got, n, a.text("main"))
	}
	return a
}

func (a answer) says(selector, words string) answer {
	a.t.Helper()
	if got := a.text(selector); !strings.Contains(got, words) {
		a.t.Fatalf("%s says %q, want %q", selector, got, words)
	}
	return a
}

// value is what a field of the page holds.
func (a answer) value(name string) string {
	a.t.Helper()
	return a.doc().Find("input[name="+name+"]").AttrOr("value", "")
}
