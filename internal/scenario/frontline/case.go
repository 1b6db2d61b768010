package frontline

import (
	"net/http"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

type caseView struct {
	Desk   ui.DeskView
	Matter matterView
	Due    *ui.DueView
	Errors []ui.FieldError
	Call   string // address of the form that calls units; "" when that is not allowed now
	Own    []ui.Row
	Points []ui.Option
	Score  string
	End    string
	Typed  judgeIn
}

// judgeIn is what a caller says of a summoned unit, or of the whole call.
type judgeIn struct {
	Order  string `form:"order" max:"40"`
	Score  int    `form:"score"`
	Words  string `form:"words" max:"1000"`
	Call   string `form:"call" max:"40"`
	Result string `form:"result" max:"2000"`
}

// dossier is one case as the reader may act on it.
type dossier struct {
	visit
	file    *casework.File
	allowed []casework.Affordance
}

func (r *Room) dossier(q *http.Request) (dossier, error) {
	v, err := r.visit(q)
	if err != nil {
		return dossier{}, err
	}
	f, err := r.Cases.Get(v.ctx, v.actor, q.PathValue("id"))
	if err != nil {
		return dossier{}, err
	}
	return dossier{visit: v, file: f, allowed: r.Cases.Allowed(v.actor, f)}, nil
}

func (d dossier) may(a casework.Action, order, call string) bool {
	return slices.ContainsFunc(d.allowed, func(x casework.Affordance) bool {
		return x.Action == a && (order == "" || x.Order == order) && (call == "" || x.Call == call)
	})
}

func (d dossier) href() string { return "/cases/" + d.file.Case.ID }

// Case shows a case of the reader's area: what was said, who works on it, the calls.
func (r *Room) Case(w http.ResponseWriter, q *http.Request) error {
	d, err := r.dossier(q)
	if err != nil {
		return err
	}
	return r.showCase(w, q, d, nil, judgeIn{})
}

func (r *Room) showCase(w http.ResponseWriter, q *http.Request, d dossier, refused error, typed judgeIn) error {
	m, err := r.matter(d.visit, d.file, casework.Order{})
	if err != nil {
		return err
	}
	labels := []string{"score", d.p.T("frontline.score.points"), "result", d.p.T("frontline.end.result")}
	view := caseView{
		Desk: r.desk(d.visit, m.Title, navCalls), Matter: m, Errors: ui.Errors(d.p, refused, labels...), Own: r.ownOrders(d),
		Score: d.href() + "/score", End: d.href() + "/end", Typed: typed,
	}
	for _, n := range []string{"5", "4", "3", "2", "1"} {
		view.Points = append(view.Points, ui.Option{Value: n, Label: d.p.T("frontline.score." + n)})
	}
	if d.may(casework.ActCall, "", "") {
		view.Call = d.href() + "/call"
	}
	for _, c := range d.file.Clocks {
		if c.Kind == casework.ClockResolve && c.Live() {
			due := ui.Due(d.p, c.DueAt, d.now, c.Provisional)
			view.Due = &due
		}
	}
	for i := range view.Matter.Calls {
		c := &view.Matter.Calls[i]
		c.End = d.may(casework.ActEndCall, "", c.ID)
		for j := range c.Units {
			c.Units[j].Judge = d.may(casework.ActScore, c.Units[j].Order, "")
		}
	}
	return web.Show(w, q, refused, casePage(view))
}

// ownOrders are the reader's own unit's orders in the case.
func (r *Room) ownOrders(d dossier) []ui.Row {
	var rows []ui.Row
	for _, o := range d.file.Orders {
		if o.Unit == d.actor.Unit {
			rows = append(rows, ui.Row{
				Title: d.p.T("frontline.case.own_order", "Role", d.p.T("casework.role."+string(o.Role))), Sub: r.City.Orgs.Short(o.Unit, d.p.Lang),
				Href: orderHref(d.file.Case.ID, o.ID, ""), Chips: []ui.ChipView{orderChip(d.visit, o.State)},
			})
		}
	}
	return rows
}

// judged leads back to the case, or shows it again with the refusal.
func (r *Room) judged(w http.ResponseWriter, q *http.Request, d dossier, err error, typed judgeIn) error {
	switch {
	case err == nil:
		return web.Redirect(w, q, d.href()+"#calls")
	case !web.Again(err):
		return err
	}
	fresh, getErr := r.dossier(q)
	if getErr != nil {
		return getErr
	}
	return r.showCase(w, q, fresh, err, typed)
}

// Score is the caller's mark for one summoned unit.
func (r *Room) Score(w http.ResponseWriter, q *http.Request) error {
	d, err := r.dossier(q)
	if err != nil {
		return err
	}
	var in judgeIn
	if err = web.Decode(q, &in); err == nil {
		if _, ok := d.file.Order(in.Order); !ok {
			return noOrder()
		}
		_, err = r.Cases.Score(d.ctx, d.actor, in.Order, in.Score, in.Words)
	}
	return r.judged(w, q, d, err, in)
}

// EndCall records what a call came to.
func (r *Room) EndCall(w http.ResponseWriter, q *http.Request) error {
	d, err := r.dossier(q)
	if err != nil {
		return err
	}
	var in judgeIn
	if err = web.Decode(q, &in); err == nil {
		if _, ok := d.file.Call(in.Call); !ok {
			return fault.New(fault.NotFound, "casework.call.missing")
		}
		_, err = r.Cases.EndCall(d.ctx, d.actor, in.Call, in.Result)
	}
	return r.judged(w, q, d, err, in)
}

type callIn struct {
	Units []string `form:"units" max:"60"`
	More  string   `form:"more" max:"100"`
	Words string   `form:"words" max:"1000"`
	Area  string   `form:"area" max:"20"`
	Lat   string   `form:"lat" max:"20"`
	Lon   string   `form:"lon" max:"20"`
}

// calling turns the form into a call: the chosen units, one more by name, and
// a place within the case's subdistrict.
func (r *Room) calling(d dossier, in callIn) (casework.Calling, error) {
	out := casework.Calling{Case: d.file.Case.ID, Area: d.file.Case.Area, Units: in.Units, Words: in.Words}
	more, err := r.unitNamed("more", in.More, out.Area)
	if err != nil {
		return out, err
	}
	if more != "" {
		out.Units = append(slices.Clone(out.Units), more)
	}
	if in.Area != "" {
		if !slices.ContainsFunc(r.places(d), func(o ui.Option) bool { return o.Value == in.Area }) {
			return out, fault.Field("area", "casework.need.known_area")
		}
		out.Area = in.Area
	}
	var at geo.Point
	if at, err = point(in.Lat, in.Lon); err != nil {
		return out, err
	}
	out.Point = at
	return out, nil
}
