package account

import (
	"context"
	"crypto/cipher"
	"net/http"
	"strings"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fact"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/notify"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/area"
	"banyan/internal/register/grant"
	"banyan/internal/register/identity"
	"banyan/internal/register/org"
	"banyan/internal/register/signon"
	"banyan/internal/register/trail"
	"banyan/web/ui"
)

// City is what the pack says that the pages name.
type City struct {
	Title i18n.Text // the city's name, shown by authenticator apps too
	Areas *area.Register
	Orgs  *org.Register
}

// Login is one login of the demo, for the development page.
type Login struct{ Login, Password, Name, Unit, Roles string }

// Seat is what a member of staff may act as: roles at one unit over one area.
type Seat struct {
	ID    string
	Unit  string
	Path  string
	Roles []string
}

// Deps is what the room stands on.
type Deps struct {
	Web      *web.Server // for cookies
	Clock    clock.Clock
	Identity *identity.Service
	Staff    *org.Service
	Policy   *access.Policy
	Trail    *trail.Log
	APIKeys  *apikey.Service
	Grants   *grant.Service
	Apps     *signon.Service
	Facts    *fact.Log
	Outbox   *notify.Outbox
	City     City
	Key      []byte // secret of the sealed first step, at least 32 bytes

	Dev    *notify.Dev // nil unless in development
	Logins []Login     // demo logins, shown with Dev only

	// Site is by what name the browser knows the city; ok is false where no passkey can be used.
	Site func(q *http.Request) (site identity.Site, ok bool)
	// Post fills in the post of a new key where it says nothing.
	Post func(apikey.New) (apikey.New, error)
	// Actor gives who acts and in which post.
	Actor func(r *http.Request) (access.Actor, error)
	// Seats lists what a member of staff may act as now.
	Seats func(ctx context.Context, staff string) ([]Seat, error)
	// Choose remembers in the browser which seat is taken; the seat was checked.
	Choose func(w http.ResponseWriter, r *http.Request, seat string)
}

// Room holds the handlers; app names their routes.
type Room struct {
	Deps
	box cipher.AEAD
}

// New makes the room. It refuses a short key.
func New(d Deps) (*Room, error) {
	box, err := newBox(d.Key)
	if err != nil {
		return nil, err
	}
	return &Room{Deps: d, box: box}, nil
}

// visit is one signed-in member of staff's request.
type visit struct {
	p   web.Page
	who web.Visitor
	ctx context.Context
}

// visit refuses whoever is not signed in as staff. A post is not needed: the
// own account is everybody's.
func (r *Room) visit(q *http.Request) (visit, error) {
	v := visit{p: web.PageOf(q), who: web.VisitorOf(q), ctx: q.Context()}
	if !v.who.IsStaff() {
		return v, fault.New(fault.Forbidden, "account.staff_only")
	}
	return v, nil
}

// desk is the frame of the room's pages.
func (r *Room) desk(q *http.Request, v visit, title, active string) ui.DeskView {
	return ui.DeskView{Page: v.p, Title: title, Room: v.p.T("account.room"), Nav: r.nav(q, v, active), Who: v.who.Name + " · " + r.City.Orgs.Name(v.who.Unit, v.p.Lang)}
}

// Frame is the frame of a page of one's own account that another room draws.
func (r *Room) Frame(q *http.Request, title, active string) (ui.DeskView, error) {
	v, err := r.visit(q)
	if err != nil {
		return ui.DeskView{}, err
	}
	return r.desk(q, v, title, active), nil
}

// nav shows the own account, and what an administrator may open.
func (r *Room) nav(q *http.Request, v visit, active string) []ui.NavGroup {
	item := func(name, href, icon string) ui.NavItem {
		return ui.NavItem{Label: v.p.T("account.nav." + name), Href: href, Icon: icon, Active: name == active}
	}
	groups := []ui.NavGroup{{Title: v.p.T("account.nav.own"), Items: []ui.NavItem{
		item("me", "/account", "user"), item("seats", "/account/posts", "bldg"), item("password", "/account/password", "lock"), item("factor", "/account/factor", "shield"), item("passkeys", "/account/passkeys", "lock"), item("glass", "/account/glass", "eye"), item("desk", "/desk", "back"),
	}}}
	actor, err := r.Actor(q)
	if err != nil {
		return groups // without a post there is nothing to administer
	}
	var admin []ui.NavItem
	if r.Policy.May(actor, access.AdminStaff, everything()).Allow {
		admin = append(admin, item("staff", "/admin/staff", "users"), item("keys", "/admin/keys", "lock"), item("apps", "/admin/apps", "shield"))
	}
	if r.Policy.May(actor, access.AdminWork, everything()).Allow {
		admin = append(admin, item("failures", "/admin/failures", "warn"))
	}
	if len(admin) > 0 {
		groups = append(groups, ui.NavGroup{Title: v.p.T("account.nav.admin"), Items: admin})
	}
	return groups
}

// everything is what an administrator acts on: the program, not a place.
func everything() access.Resource { return access.Resource{Kind: "list"} }

func roleNames(p web.Page, roles []string) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = p.T("account.role." + role)
	}
	return strings.Join(names, p.T("account.comma"))
}

// inside returns to when it is a path of this server, else the desk.
func inside(to string) string { return web.Inside(to, "/desk") }
