package brain

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// Screen shows the city brain's first page. Whoever reaches one district only
// is led there.
func (r *Room) Screen(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	city := r.City.Areas.City()
	if home := v.home(); home != city.Code && r.City.Areas.District(home) == home {
		return web.Redirect(w, q, "/brain/districts/"+home)
	}
	return r.screen(w, q, v, city)
}

// District shows one district by its subdistricts.
func (r *Room) District(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	a, ok := r.City.Areas.Get(q.PathValue("code"))
	if !ok || a.Kind != area.District && a.Kind != area.Zone {
		return fault.New(fault.NotFound, "brain.no_district")
	}
	return r.screen(w, q, v, a)
}

// facts is everything the screen of one area says, as it was counted.
type facts struct {
	area              area.Area
	period            oversee.Period
	rules             oversee.Version
	today, answered   int
	before            int // opened until the same time yesterday
	parts             []share
	rest, whole       share
	rates             []oversee.UnitRates
	calls             []callLine
	callsOpen, loaded int // open calls, and those whose units were looked at
	late              []casework.Row
}

func (r *Room) screen(w http.ResponseWriter, q *http.Request, v visit, a area.Area) error {
	if err := r.Policy.Check(v.actor, access.BrainRead, access.Resource{Kind: "list", AreaPath: a.Path}); err != nil {
		return err
	}
	f, err := r.count(v, a)
	if err != nil {
		return err
	}
	heads, err := r.titles(v, f)
	if err != nil {
		return err
	}
	return web.Render(w, q, http.StatusOK, screenPage(r.screenView(v, f, heads, q.URL.Query().Get("view") == "table")))
}

// count asks every service for its part, once each.
func (r *Room) count(v visit, a area.Area) (f facts, err error) {
	month := oversee.MonthOf(v.now)
	f = facts{area: a, period: oversee.Period{From: month, To: month}, rules: r.Oversee.Rules.Current(v.now)}
	day := midnight(v.now)
	if f.today, f.answered, err = r.Cases.Opened(v.ctx, day, day.AddDate(0, 0, 1)); err != nil {
		return f, err
	}
	if f.before, _, err = r.Cases.Opened(v.ctx, day.AddDate(0, 0, -1), v.now.AddDate(0, 0, -1)); err != nil {
		return f, err
	}
	loads, err := r.Cases.InHand(v.ctx, v.now.Add(soon))
	if err != nil {
		return f, err
	}
	f.parts, f.rest, f.whole = r.shares(a, loads)
	if f.rates, err = r.Oversee.AllRates(v.ctx, f.period); err != nil {
		return f, err
	}
	filter := casework.Filter{Overdue: true, Limit: 5, States: openStates()}
	if a.Kind != area.City {
		filter.District = a.Code
	}
	if f.late, err = r.Cases.List(v.ctx, v.actor, filter); err != nil {
		return f, err
	}
	return f, r.countCalls(v, &f, filter.District)
}

// openStates is the states of a case in which somebody owes something.
func openStates() []casework.State {
	var open []casework.State
	for _, s := range casework.CaseStates() {
		if !s.Ended() {
			open = append(open, s)
		}
	}
	return open
}

// titles gives the redacted headlines of the cases that the screen names.
func (r *Room) titles(v visit, f facts) (map[string]string, error) {
	rows := append([]casework.Row{}, f.late...)
	for _, c := range f.calls {
		rows = append(rows, c.row)
	}
	return r.Requests.Titles(v.ctx, casework.Numbers(rows))
}
