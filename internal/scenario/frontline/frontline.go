package frontline

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
	"banyan/internal/work/oversee"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// City is what the pack says that the pages name.
type City struct {
	Areas  *area.Register
	Orgs   *org.Register
	Duties *duty.Register
	Shapes string // address of the schematic map for choosing a place, "" for none
}

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Policy   *access.Policy
	Cases    *casework.Service
	Requests *request.Service
	People   *person.Service
	Oversee  *oversee.Service
	Staff    *org.Service
	Files    *blob.Store
	City     City

	// Actor gives who acts and in which post. It refuses strangers.
	Actor func(r *http.Request) (access.Actor, error)
	// Also is the navigation of the other rooms this post may enter; nil: none.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Room holds the handlers; app names their routes.
type Room struct{ Deps }

// New makes the room.
func New(d Deps) *Room { return &Room{Deps: d} }

// visit is one staff member's request: the page, who acts, and the time.
type visit struct {
	p     web.Page
	actor access.Actor
	now   time.Time
	ctx   context.Context
}

// visit finds out who acts; citizens and strangers are refused.
func (r *Room) visit(q *http.Request) (visit, error) {
	actor, err := r.Actor(q)
	if err != nil {
		return visit{}, err
	}
	if actor.Kind != access.Staff {
		return visit{}, fault.New(fault.Forbidden, "frontline.staff_only")
	}
	return visit{p: web.PageOf(q), actor: actor, now: r.Cases.Now(), ctx: q.Context()}, nil
}

// desk is the frame of every page of the room.
func (r *Room) desk(v visit, title, active string) ui.DeskView {
	return ui.DeskView{
		Page: v.p, Title: title, Room: v.p.T("frontline.room"), Nav: r.nav(v, active), Who: r.who(v),
	}
}

// rowKeys are the keys that move in a list.
func rowKeys(v visit) []ui.KeyHint {
	return []ui.KeyHint{{Keys: []string{"J", "K"}, Words: v.p.T("frontline.keys.move")}, {Keys: []string{"Enter"}, Words: v.p.T("frontline.keys.open")}}
}

// who is the reader's name, unit and roles.
func (r *Room) who(v visit) string {
	line := r.City.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		line = v.p.Visitor.Name + " · " + line
	}
	for _, role := range v.actor.Roles {
		line += " · " + v.p.T("frontline.role."+role)
	}
	return line
}
