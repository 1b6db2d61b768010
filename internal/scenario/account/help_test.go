package account_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/signon"
	"banyan/internal/scenario/account"
	"banyan/internal/scenario/roomtest"
	"banyan/internal/work/worktest"
)

const password = "榕树下的路灯又亮了呀"

// world is one test's own office: an administrator and a dispatcher with two
// posts, each with a login.
type world struct {
	*roomtest.House
	outbox   *notify.Outbox
	dev      *notify.Dev
	identity *identity.Service
}

func newWorld(t *testing.T, development bool) *world {
	t.Helper()
	w := &world{}
	w.House = roomtest.Over(worktest.Fresh(t), w.visitor)
	gateways := map[notify.Channel]notify.Gateway{notify.SMS: refusing{}}
	if development {
		w.dev = notify.NewDev(w.Clock, 10)
		gateways[notify.SMS] = w.dev
	}
	w.outbox = notify.New(notify.Config{DB: w.DB, Clock: w.Clock, Logger: slog.New(slog.DiscardHandler), Catalog: w.Catalog, Gateways: gateways,
		Resolve: func(context.Context, string, notify.Channel) (notify.Recipient, error) {
			return notify.Recipient{Address: "13900000001", Lang: i18n.ZhHans}, nil
		}})
	var err error
	w.identity, err = identity.New(identity.Deps{DB: w.DB, Clock: w.Clock, People: w.People, Key: bytes.Repeat([]byte{9}, 32), Send: func(*db.Tx, string, string) error { return nil }})
	w.Must(err)
	w.serve()
	w.add("admin", "3501.12345", org.Admin)
	w.add("lisi", "3501.12345", org.Dispatcher)
	return w
}

// visitor finds the member of staff who holds a session, as app does.
func (w *world) visitor(ctx context.Context, token string) (web.Visitor, bool) {
	s, ok := w.identity.Lookup(ctx, token)
	if !ok {
		return web.Visitor{}, false
	}
	p, err := w.Staff.Staff(ctx, s.StaffID)
	return web.Visitor{Account: s.Account, Kind: "staff", Staff: s.StaffID, Unit: p.Unit, Name: p.Name, Session: s.ID}, err == nil && p.Active
}

// refusing is a gateway that never takes a message.
type refusing struct{}

func (refusing) Send(context.Context, notify.Envelope) error {
	return notify.Refused{What: "number not in service"}
}

// add makes a person with a login of the same name.
func (w *world) add(login, unit string, roles ...org.Role) string {
	w.Helper()
	s, err := w.Staff.AddStaff(w.Context(), org.Staff{Name: "张三" + login, Unit: unit, Account: login, Active: true})
	w.Must(err)
	for _, role := range roles {
		_, err := w.Staff.AddPost(w.Context(), org.Post{Staff: s.ID, Role: role, GivenBy: "system"})
		w.Must(err)
	}
	_, err = w.identity.AddStaffAccount(w.Context(), identity.NewStaff{StaffID: s.ID, Login: login, Password: password})
	w.Must(err)
	return s.ID
}

func (w *world) serve() {
	c := w.City
	apps, err := signon.New(w.DB, w.Clock, bytes.Repeat([]byte{7}, 32))
	w.Must(err)
	r, err := account.New(account.Deps{
		Web: w.Web, Clock: w.Clock, Identity: w.identity, Staff: w.Staff, Policy: c.Policy, Facts: w.Facts, Outbox: w.outbox,
		APIKeys: apikey.NewService(w.DB, w.Clock), Grants: w.Grants, Apps: apps, Trail: w.Trail, Post: atUnit, Key: bytes.Repeat([]byte{5}, 32),
		City: account.City{Title: i18n.Text{Hans: "福州市"}, Areas: c.Areas, Orgs: c.Orgs}, Dev: w.dev, Logins: []account.Login{{Login: "lisi", Password: password, Name: "李四"}},
		Actor: w.actor, Seats: w.seats, Site: roomtest.Site,
		Choose: func(rw http.ResponseWriter, q *http.Request, seat string) {
			w.Web.SetCookie(rw, q, "post", seat, time.Hour)
		},
	})
	w.Must(err)
	w.Serve(map[string]web.Handler{
		"GET /staff/signin": r.SignInForm, "POST /staff/signin": r.SignIn, "POST /staff/signin/code": r.SignInCode, "POST /staff/signin/passkey": r.SignInPasskey, "POST /signout": r.SignOut, "GET /staff/setup": r.SetupForm, "POST /staff/setup": r.Setup,
		"GET /account": r.Me, "POST /account/sessions/{id}/revoke": r.Revoke, "POST /account/sessions/others": r.RevokeOthers,
		"GET /account/posts": r.SeatForm, "POST /account/posts": r.TakeSeat,
		"GET /account/password": r.PasswordForm, "POST /account/password": r.Password,
		"GET /account/glass": r.GlassForm, "POST /account/glass": r.Glass,
		"GET /account/factor": r.FactorForm, "POST /account/factor": r.Enrol, "POST /account/factor/confirm": r.Confirm,
		"GET /admin/failures": r.Failures, "POST /admin/failures/reactions/{id}": r.RetryReaction, "POST /admin/failures/messages/{id}": r.RetryMessage,
		"GET /admin/staff": r.StaffList, "GET /admin/staff/new": r.NewStaffForm, "POST /admin/staff": r.AddStaff, "GET /admin/staff/{id}": r.StaffPage,
		"POST /admin/staff/{id}/posts": r.AddPost, "POST /admin/staff/{id}/posts/{post}/end": r.EndPost, "POST /admin/staff/{id}/leave": r.Leave,
		"POST /admin/staff/{id}/disabled": r.SetDisabled, "POST /admin/staff/{id}/password": r.ResetPassword,
		"GET /admin/keys": r.KeyList, "POST /admin/keys": r.AddKey, "POST /admin/keys/{id}/revoke": r.RevokeKey,
		"GET /admin/apps": r.AppList, "POST /admin/apps": r.AddApp, "POST /admin/apps/{id}/end": r.EndApp,
		"GET /dev": r.DevLogins, "GET /dev/outbox": r.DevOutbox,
	})
}

// atUnit gives a key the post of a handler at its unit.
func atUnit(n apikey.New) (apikey.New, error) {
	n.Area, n.Roles = "350102", []string{access.Handler}
	return n, nil
}

// actor acts in the chosen seat, else in the first.
func (w *world) actor(q *http.Request) (access.Actor, error) {
	seats, err := w.seats(q.Context(), web.VisitorOf(q).Staff)
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

func (w *world) seats(ctx context.Context, staff string) ([]account.Seat, error) {
	posts, err := w.Staff.PostsOf(ctx, staff, w.Clock.Now())
	var seats []account.Seat
	for _, p := range posts {
		a, _ := w.City.Areas.Get(p.Area)
		seats = append(seats, account.Seat{ID: p.ID, Unit: p.Unit, Path: a.Path, Roles: []string{string(p.Role)}})
	}
	return seats, err
}

// signedIn is a browser in which a login has signed in.
func (w *world) signedIn(login string) *roomtest.Browser {
	w.Helper()
	b := w.Browser()
	b.Post("/staff/signin", url.Values{"login": {login}, "password": {password}}).Want(http.StatusSeeOther)
	return b
}
