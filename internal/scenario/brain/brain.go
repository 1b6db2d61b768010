package brain

import (
	"context"
	"net/http"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/register/trail"
	"banyan/internal/work/casework"
	"banyan/internal/work/leak"
	"banyan/internal/work/oversee"
	"banyan/internal/work/rate"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// City is what the pack says that the pages name.
type City struct {
	Areas  *area.Register
	Orgs   *org.Register
	Duties *duty.Register
	Map    []byte // map.geojson of the pack, nil for none
	Pack   string // name@version, shown as a source
}

// Deps is what the room stands on.
type Deps struct {
	DB       *db.DB
	Policy   *access.Policy
	Cases    *casework.Service
	Requests *request.Service
	Oversee  *oversee.Service
	Rate     *rate.Service
	Leak     *leak.Service
	Trail    *trail.Log
	City     City

	// Taken tells who took a file with a SHA-256 out of the house: the register of exports is another room's.
	Taken func(ctx context.Context, digest string) ([]TakenFile, error)
	// Name gives the name of a member of staff or of another system's key, by its id in the trail.
	Name func(ctx context.Context, id string) string

	// Actor gives who acts and in which post. It refuses strangers.
	Actor func(r *http.Request) (access.Actor, error)
	// Also is the navigation of the other rooms this post may enter; nil: none.
	Also func(p web.Page, actor access.Actor) []ui.NavGroup
}

// Room holds the handlers; app names their routes.
type Room struct {
	Deps
	shapes map[string][]ui.Shape // by the code of the area they divide
}

// New makes the room and projects the pack's map once.
func New(d Deps) (*Room, error) {
	r := &Room{Deps: d, shapes: map[string][]ui.Shape{}}
	return r, r.project()
}

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
		return visit{}, fault.New(fault.Forbidden, "brain.staff_only")
	}
	return visit{p: web.PageOf(q), actor: actor, now: r.Cases.Now(), ctx: q.Context()}, nil
}

// home is the code of the area that the reader's post reaches.
func (v visit) home() string {
	path := strings.Split(strings.Trim(v.actor.Area, "/"), "/")
	return path[len(path)-1]
}

// desk is the frame of the room's pages for a desk.
func (r *Room) desk(v visit, title, active string) ui.DeskView {
	return ui.DeskView{
		Page: v.p, Title: title, Room: v.p.T("brain.room"), Nav: r.nav(v, active), Who: r.who(v),
		Fresh: v.p.T("brain.fresh", "At", v.p.Lang.DateTime(v.now)),
		Keys:  []ui.KeyHint{{Keys: []string{"J", "K"}, Words: v.p.T("brain.keys.move")}, {Keys: []string{"Enter"}, Words: v.p.T("brain.keys.open")}},
	}
}

// who is the reader's name and unit.
func (r *Room) who(v visit) string {
	line := r.City.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		line = v.p.Visitor.Name + " · " + line
	}
	return line
}
