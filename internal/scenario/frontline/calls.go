package frontline

import (
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// How many cases the lists of an area look at.
const (
	nearbyMost = 200
	pastMost   = 100
)

type callsView struct {
	Desk  ui.DeskView
	Who   string
	Tabs  ui.TabsView
	View  string
	Rows  []ui.Row
	Calls []callView
}

// Calls shows a subdistrict or community its cases, soonest due first, its open
// calls with the state of each unit, and the calls that have ended.
func (r *Room) Calls(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !v.actor.Is(access.Caller, access.Community) {
		return fault.New(fault.Forbidden, "access.refused")
	}
	view := callsView{Desk: r.desk(v, v.p.T("frontline.calls.title"), navCalls), Who: r.who(v), View: q.URL.Query().Get("view")}
	view.Desk.Keys = rowKeys(v)
	open, err := r.openCalls(v)
	if err != nil {
		return err
	}
	switch view.View {
	case "open":
		view.Calls = open
	case "past":
		view.Calls, err = r.pastCalls(v)
	default:
		view.View = ""
		view.Rows, err = r.nearbyRows(v)
	}
	if err != nil {
		return err
	}
	tab := func(name, key, n string) ui.Tab {
		return ui.Tab{Label: v.p.T(key), Href: "/calls?view=" + name, Count: n, Active: name == view.View}
	}
	view.Tabs = ui.TabsView{Label: v.p.T("frontline.calls.title"), Pills: true, Tabs: []ui.Tab{
		tab("", "frontline.calls.cases", ""), tab("open", "frontline.calls.open", count(v, len(open))), tab("past", "frontline.calls.past", ""),
	}}
	return web.Render(w, q, http.StatusOK, callsPage(view))
}

// home is the area of the actor's post.
func (r *Room) home(v visit) area.Area {
	path := strings.Split(strings.Trim(v.actor.Area, "/"), "/")
	a, _ := r.City.Areas.Get(path[len(path)-1]) // an area that left the pack has no cases
	return a
}

// nearby lists the cases in the actor's area.
func (r *Room) nearby(v visit, f casework.Filter) ([]casework.Row, error) {
	switch home := r.home(v); home.Kind {
	case area.City:
	case area.District, area.Zone:
		f.District = home.Code
	case area.Subdistrict:
		f.Subdistrict = home.Code
	case area.Community:
		f.Community = home.Code
	default:
		return nil, nil // an area that left the pack has no cases
	}
	return r.Cases.List(v.ctx, v.actor, f)
}

// sees asks the policy whether the actor may see a row of a list.
func (r *Room) sees(v visit, row casework.Row) bool {
	a, ok := r.City.Areas.Get(row.Area)
	return ok && r.Policy.May(v.actor, access.CaseList, access.Resource{Kind: "list", Unit: row.Lead, AreaPath: a.Path}).Allow
}

func working() []casework.State {
	return []casework.State{
		casework.Received, casework.Dispatched, casework.Working, casework.Replied, casework.FollowingUp, casework.Contested, casework.Overseen,
	}
}

func (r *Room) nearbyRows(v visit) ([]ui.Row, error) {
	list, err := r.nearby(v, casework.Filter{States: working(), Limit: nearbyMost})
	if err != nil {
		return nil, err
	}
	return r.caseRows(v, pick(v, list, ""))
}

// openCalls are the calls of the actor's unit that have not ended.
func (r *Room) openCalls(v visit) ([]callView, error) {
	district := r.City.Areas.District(r.home(v).Code)
	rows, err := r.Cases.OpenCalls(v.ctx, access.Program("frontline"), district, nearbyMost)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(row casework.Row) bool { return !r.sees(v, row) })
	return r.callsIn(v, rows, func(c casework.Call) bool { return c.Open })
}

// pastCalls are the unit's calls that have ended, in the newest cases of its area.
func (r *Room) pastCalls(v visit) ([]callView, error) {
	rows, err := r.nearby(v, casework.Filter{Newest: true, Limit: pastMost})
	if err != nil {
		return nil, err
	}
	return r.callsIn(v, rows, func(c casework.Call) bool { return !c.Open })
}

// callsIn reads the cases of rows and gives the unit's own calls that match.
func (r *Room) callsIn(v visit, rows []casework.Row, match func(casework.Call) bool) ([]callView, error) {
	heads, err := r.Requests.Titles(v.ctx, casework.Numbers(rows))
	if err != nil {
		return nil, err
	}
	var out []callView
	seen := map[string]bool{}
	for _, row := range rows {
		if seen[row.ID] {
			continue
		}
		seen[row.ID] = true
		f, err := r.Cases.Get(v.ctx, v.actor, row.ID)
		if err != nil {
			return nil, err
		}
		for _, c := range r.calls(v, f) {
			call, _ := f.Call(c.ID)
			if call.Unit != v.actor.Unit || !match(call) {
				continue
			}
			c.Title = heads[row.Number]
			out = append(out, c)
		}
	}
	return out, nil
}
