package hotline

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/blob"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/person"
	"banyan/internal/work/casework"
	"banyan/internal/work/request"
	"banyan/internal/work/triage"
	"banyan/web/ui"
)

// City is what the pack says that the pages name.
type City struct {
	Areas  *area.Register
	Orgs   *org.Register
	Duties *duty.Register
	Rules  casework.Rules
	Map    []byte // map.geojson of the pack; empty: no small maps
}

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Policy   *access.Policy
	Cases    *casework.Service
	Requests *request.Service
	People   *person.Service
	Triage   *triage.Service
	Files    *blob.Store // photos; nil: they are counted, not shown
	City     City
	Police   Police // nil: there is no way to 110

	// Actor gives who acts and in which post. It refuses strangers.
	Actor func(r *http.Request) (access.Actor, error)
	// Also is the navigation of the other rooms this post may enter; nil: none.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Room holds the handlers; app names their routes.
type Room struct {
	Deps
	maps *maps
	here *here
}

// New makes the room. A map that cannot be read is an error.
func New(d Deps) (*Room, error) {
	m, err := newMaps(d.City.Map)
	if err != nil {
		return nil, err
	}
	return &Room{Deps: d, maps: m, here: newHere()}, nil
}

// visit is one staff member's request: the page, who acts, and the time.
type visit struct {
	p     web.Page
	actor access.Actor
	now   time.Time
	ctx   context.Context
}

// deskRoles are the roles that work at the desk.
func deskRoles() []string {
	return []string{access.CallTaker, access.Dispatcher, access.FollowUp, access.Arbiter, access.Supervisor}
}

// visit finds out who acts; whoever does not work at the desk is refused.
func (r *Room) visit(q *http.Request) (visit, error) {
	actor, err := r.Actor(q)
	if err != nil {
		return visit{}, err
	}
	if actor.Kind != access.Staff || !actor.Is(deskRoles()...) {
		return visit{}, fault.New(fault.Forbidden, "hotline.desk_only")
	}
	return visit{p: web.PageOf(q), actor: actor, now: r.Cases.Now(), ctx: q.Context()}, nil
}

// frame is the desk around every page of the room.
func (r *Room) frame(v visit, title, active string) (ui.DeskView, error) {
	n, err := r.counts(v)
	if err != nil {
		return ui.DeskView{}, err
	}
	key := func(words string, keys ...string) ui.KeyHint {
		return ui.KeyHint{Keys: keys, Words: v.p.T("hotline.keys." + words)}
	}
	return ui.DeskView{
		Page: v.p, Title: title, Room: v.p.T("hotline.room"), Search: "/desk/cases", Nav: r.nav(v, active, n),
		Status: v.p.T("hotline.status", "Waiting", n.Waiting, "Overdue", n.Overdue), Who: r.who(v),
		Keys:  []ui.KeyHint{key("move", "J", "K"), key("open", "Enter"), key("search", "/")},
		Fresh: v.p.T("hotline.fresh", "At", v.p.Lang.Clock(v.now)),
	}, nil
}

// who is the reader's name and unit.
func (r *Room) who(v visit) string {
	line := r.City.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		line = v.p.Visitor.Name + " · " + line
	}
	return line
}
