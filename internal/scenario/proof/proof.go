package proof

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Web      *web.Server // for cookies
	Clock    clock.Clock
	Identity *identity.Service
	People   *person.Service
	Policy   *access.Policy
	Orgs     *org.Register
	Title    i18n.Text // the city's name

	// Site is by what name the browser knows the city; ok is false where no passkey can be used.
	Site func(q *http.Request) (site identity.Site, ok bool)
	// Desk is the frame of a page of one's own account as staff.
	Desk func(q *http.Request, title, active string) (ui.DeskView, error)
	// Actor gives who acts and in which post.
	Actor func(q *http.Request) (access.Actor, error)
	// Name is what a member of staff is called.
	Name func(ctx context.Context, staff string) string
	// Joined hands on what a person had who turned out to be another: their phone is that one's now.
	Joined func(tx *db.Tx, from, to string) error
	// Also is the navigation of the other rooms this post may enter; nil: none.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Room holds the handlers; app names their routes.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// frame is a page of the portal for a citizen and of the workbench for staff.
type frame struct {
	page    web.Page
	title   string
	citizen ui.CitizenView
	desk    *ui.DeskView // nil for a citizen
}

// frame makes the frame of a page; back is where a citizen's arrow leads.
func (r *Room) frame(q *http.Request, title, back, active string, scripts ...string) (frame, error) {
	p := web.PageOf(q)
	f := frame{page: p, title: title}
	if !p.Visitor.IsStaff() {
		f.citizen = ui.CitizenView{Page: p, Title: title, City: r.Title.In(p.Lang), Back: back, Scripts: scripts}
		return f, nil
	}
	desk, err := r.Desk(q, title, active)
	desk.Scripts = append(desk.Scripts, scripts...)
	f.desk = &desk
	return f, err
}

// session is the visitor's own, as the register of identities knows it.
func session(v web.Visitor) identity.Session {
	return identity.Session{ID: v.Session, Kind: identity.Kind(v.Kind), Account: v.Account, PersonID: v.Person, StaffID: v.Staff}
}

// ring is where the pages of the visitor's passkeys are.
func ring(v web.Visitor) string {
	if v.IsStaff() {
		return "/account/passkeys"
	}
	return "/me/passkeys"
}

// signedIn leads strangers to sign in; ok is false for them. Staff's pages are closed to others by app.
func (r *Room) signedIn(w http.ResponseWriter, q *http.Request) (v web.Visitor, ok bool, err error) {
	v = web.VisitorOf(q)
	if v.IsStaff() || v.Citizen() {
		return v, true, nil
	}
	return v, false, web.Redirect(w, q, "/signin?to="+url.QueryEscape(q.URL.Path))
}

// again tells whether a refused form is shown again instead of an error page.
func again(err error) bool { return web.Again(err) || fault.KindOf(err) == fault.Busy }

// coding is how a form is sent: as usual without files.
func coding(with string) string { return cmp.Or(with, "application/x-www-form-urlencoded") }
