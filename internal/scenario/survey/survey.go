package survey

import (
	"context"
	"net/http"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
	surveys "banyan/internal/work/survey"
	"banyan/web/ui"
)

// Deps is what the room stands on.
type Deps struct {
	Clock   clock.Clock
	Surveys *surveys.Service
	Staff   *org.Service
	Areas   *area.Register
	Orgs    *org.Register
	Title   i18n.Text // the city's name

	// Name gives the name of a member of staff by their id.
	Name func(ctx context.Context, id string) string
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
		return visit{}, fault.New(fault.Forbidden, "access.refused")
	}
	return visit{p: web.PageOf(q), actor: actor, now: r.Clock.Now(), ctx: q.Context()}, nil
}

// Nav is the navigation of the room: what the post may open; active is the page.
func Nav(p web.Page, actor access.Actor, active string) []ui.NavGroup {
	var items []ui.NavItem
	add := func(on bool, name, href, icon string) {
		if on {
			items = append(items, ui.NavItem{Label: p.T("survey.nav." + name), Href: href, Icon: icon, Active: name == active})
		}
	}
	add(actor.Is(access.Community, access.Caller, access.Handler), "rounds", "/rounds", "home")
	add(owns(actor), "desk", "/desk/surveys", "list")
	return []ui.NavGroup{{Title: p.T("survey.nav"), Items: items}}
}

// owns tells whether a post has to do with surveys at the desk.
func owns(actor access.Actor) bool { return actor.Is(access.Handler, access.Caller, access.Supervisor) }

func (r *Room) desk(v visit, title, active string) ui.DeskView {
	nav := Nav(v.p, v.actor, active)
	if r.Also != nil {
		nav = append(nav, r.Also(v.p, v.actor)...)
	}
	who := r.Orgs.Short(v.actor.Unit, v.p.Lang)
	if v.p.Visitor.Name != "" {
		who = v.p.Visitor.Name + " · " + who
	}
	return ui.DeskView{Page: v.p, Title: title, Room: v.p.T("survey.room"), Nav: nav, Who: who}
}

func (r *Room) citizen(q *http.Request, title, back string) ui.CitizenView {
	p := web.PageOf(q)
	return ui.CitizenView{Page: p, Title: title, City: r.Title.In(p.Lang), Back: back}
}

// isOver tells whether a refusal says that the survey ended meanwhile.
func isOver(err error) bool {
	e, ok := fault.As(err)
	return ok && e.Key == "survey.over"
}

// stateOf is how a survey stands, as a chip.
func stateOf(p web.Page, v surveys.Survey, now time.Time) ui.ChipView {
	state := v.State
	if state == surveys.Running && !v.RunsAt(now) {
		state = surveys.Ended
	}
	kind := map[surveys.State]string{surveys.Proposed: "warn", surveys.Running: "info", surveys.Refused: "danger", surveys.Destroyed: "ok"}[state]
	return ui.ChipView{Kind: kind, Text: p.T("survey.state." + string(state))}
}

// last is the last day of a survey.
func last(v surveys.Survey) time.Time { return v.Ends.Add(-time.Second) }

// about says of a survey what everybody may know.
func (r *Room) about(p web.Page, v surveys.Survey) []ui.MetaItem {
	return []ui.MetaItem{
		{Term: p.T("survey.purpose.term"), Text: v.Purpose}, {Term: p.T("survey.basis.term"), Text: v.Basis},
		{Term: p.T("survey.unit.term"), Text: r.Orgs.Name(v.Unit, p.Lang)}, {Term: p.T("survey.area.term"), Text: r.Areas.FullName(v.Area, p.Lang)},
		{Term: p.T("survey.until.term"), Text: p.T("survey.until", "Last", p.Lang.Date(last(v)))},
	}
}

// questions lists what is asked, in words.
func questions(p web.Page, v surveys.Survey) (list []asked) {
	for _, q := range v.Questions {
		one := asked{text: q.Text, kind: p.T("survey.kind." + string(q.Kind)), sensitive: q.Sensitive}
		if q.Kind == surveys.Choice {
			one.kind = ""
			for i, o := range q.Options {
				if i > 0 {
					one.kind += " / "
				}
				one.kind += o
			}
		}
		list = append(list, one)
	}
	return list
}

// asked is a question as pages list it.
type asked struct {
	text, kind string
	sensitive  bool
}
