package proof

import (
	"cmp"
	"net/http"
	"net/url"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/identity"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	Web      *web.Server // for cookies
	Clock    clock.Clock
	Identity *identity.Service
	Title    i18n.Text // the city's name

	// Site is by what name the browser knows the city; ok is false where no passkey can be used.
	Site func(q *http.Request) (site identity.Site, ok bool)
	// Desk is the frame of a page of one's own account as staff.
	Desk func(q *http.Request, title, active string) (ui.DeskView, error)
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
	return v, false, web.Redirect(w, q, "/signin?to="+url.QueryEscape("/me/passkeys"))
}

// again tells whether a refused form is shown again instead of an error page.
func again(err error) bool { return web.Again(err) || fault.KindOf(err) == fault.Busy }

// coding is how a form is sent: as usual without files.
func coding(with string) string { return cmp.Or(with, "application/x-www-form-urlencoded") }
