package frontline

import (
	"net/http"
	"strconv"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// overseeMost bounds what /oversight lists.
const overseeMost = 100

type oversightView struct {
	Desk   ui.DeskView
	Who    string
	Tabs   ui.TabsView
	View   string
	Orders []aboveView
	Lines  []ui.Row
	Asked  []appealView
	Month  string
	Prev   string
}

// aboveView is one order from above.
type aboveView struct {
	Number, Case, Level, Why, At, Rule, Answer, AnsweredAt string

	Kind          string // the card's bar
	State         ui.ChipView
	Reply, Object string // addresses of the forms that are possible now
	ReadCase      string
}

type appealView struct {
	What, Words, At, Decision string
	State                     ui.ChipView
}

// Oversight shows the orders from above on the reader's unit, its score lines
// of a month, and its appeals.
func (r *Room) Oversight(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := oversightView{Desk: r.desk(v, v.p.T("frontline.oversight.title"), navOversee), Who: r.who(v), View: q.URL.Query().Get("view")}
	appeals, err := r.Oversee.Appeals(v.ctx, v.actor, v.actor.Unit, overseeMost)
	if err != nil {
		return err
	}
	switch view.View {
	case "scores":
		err = r.scores(v, &view, q.URL.Query().Get("month"), appeals)
	case "appeals":
		view.Asked = r.appeals(v, appeals)
	default:
		view.View = ""
		view.Orders, err = r.above(v, appeals)
	}
	if err != nil {
		return err
	}
	tab := func(name, key string) ui.Tab {
		return ui.Tab{Label: v.p.T(key), Href: "/oversight?view=" + name, Active: name == view.View}
	}
	view.Tabs = ui.TabsView{Label: v.p.T("frontline.oversight.title"), Pills: true, Tabs: []ui.Tab{
		tab("", "frontline.oversight.orders"), tab("scores", "frontline.oversight.scores"), tab("appeals", "frontline.oversight.appeals"),
	}}
	return web.Render(w, q, http.StatusOK, oversightPage(view))
}

// above lists the orders, open ones first as they come: newest first.
func (r *Room) above(v visit, appeals []oversee.Appeal) ([]aboveView, error) {
	orders, err := r.Oversee.OrdersOf(v.ctx, v.actor, v.actor.Unit, overseeMost)
	if err != nil {
		return nil, err
	}
	objected := map[string]bool{}
	for _, a := range appeals {
		objected[a.Order] = true
	}
	out := make([]aboveView, len(orders))
	for i, o := range orders {
		out[i] = r.aboveView(v, o)
		if o.State != "withdrawn" && o.Level != oversee.Reminder && !objected[o.ID] {
			out[i].Object = "/oversight/appeal?order=" + o.ID
		}
	}
	return out, nil
}

func (r *Room) aboveView(v visit, o oversee.Order) aboveView {
	a := aboveView{
		Number: o.Number, Case: o.Case, Level: v.p.T("frontline.level." + string(o.Level)), Why: o.Why, At: v.p.Lang.Stamp(o.At, v.now),
		Answer: o.Answer, ReadCase: "/cases/" + o.Case, State: stateChip(v, o.State),
	}
	if strings.HasPrefix(o.Why, "oversee.why.") {
		a.Why = v.p.T(o.Why)
	}
	if o.Rule != "hand" {
		a.Rule = v.p.T("frontline.oversight.rule", "Rule", o.Rule)
	}
	switch o.Level {
	case oversee.Red:
		a.Kind = "danger"
	case oversee.Yellow, oversee.Oversight:
		a.Kind = "warn"
	}
	if !o.AnsweredAt.IsZero() {
		a.AnsweredAt = v.p.Lang.Stamp(o.AnsweredAt, v.now)
	}
	if o.State == "open" {
		a.Reply = "/oversight/" + o.ID + "/answer"
	}
	return a
}

func stateChip(v visit, state string) ui.ChipView {
	kind := map[string]string{"open": "warn", "asked": "warn", "answered": "ok", "granted": "ok", "refused": "danger"}[state]
	return ui.ChipView{Kind: kind, Text: v.p.T("frontline.above_state." + state)}
}

// indicator names a rate of the rules in force.
func (r *Room) indicator(v visit, code string) string {
	for _, i := range r.Oversee.Rules.Current(v.now).Indicators {
		if i.Code == code {
			return i.Name.In(v.p.Lang)
		}
	}
	return code
}

func (r *Room) appeals(v visit, list []oversee.Appeal) []appealView {
	out := make([]appealView, len(list))
	for i, a := range list {
		what := v.p.T("frontline.oversight.of_card")
		if a.Order == "" {
			what = v.p.T("frontline.oversight.of_score", "Indicator", r.indicator(v, a.Indicator))
		}
		out[i] = appealView{What: what, Words: a.Words, At: v.p.Lang.Stamp(a.AskedAt, v.now), Decision: a.Decision, State: stateChip(v, a.State)}
	}
	return out
}

// scores lists the unit's score lines of a month; what counted against the unit
// can be objected to once.
func (r *Room) scores(v visit, view *oversightView, month string, appeals []oversee.Appeal) error {
	first, ok := monthStart(month)
	if !ok {
		first, _ = monthStart(oversee.MonthOf(v.now))
	}
	view.Month, view.Prev = first.Format("2006-01"), first.AddDate(0, -1, 0).Format("2006-01")
	lines, err := r.Oversee.Entries(v.ctx, v.actor, v.actor.Unit, oversee.Period{From: view.Month, To: view.Month}, overseeMost)
	if err != nil {
		return err
	}
	objected := map[string]bool{}
	for _, a := range appeals {
		objected[lineKey(a.Case, a.Seq, a.Indicator)] = true
	}
	for _, e := range lines {
		row := ui.Row{Title: r.indicator(v, e.Indicator), Sub: v.p.Lang.Stamp(e.At, v.now) + " · " + v.p.T("frontline.oversight.version", "Version", e.Version)}
		row.Href, row.Chips = "/cases/"+e.Case, []ui.ChipView{lineChip(v, e)}
		if e.Counts > 0 && e.Good == 0 && !objected[lineKey(e.Case, e.Seq, e.Indicator)] {
			row.Href = "/oversight/appeal?case=" + e.Case + "&seq=" + strconv.Itoa(e.Seq) + "&indicator=" + e.Indicator
			row.Sub += " · " + v.p.T("frontline.oversight.may_appeal")
		}
		view.Lines = append(view.Lines, row)
	}
	return nil
}

func lineChip(v visit, e oversee.Entry) ui.ChipView {
	switch {
	case e.Counts < 0:
		return ui.ChipView{Text: v.p.T("frontline.oversight.taken_back")}
	case e.Good > 0:
		return ui.ChipView{Kind: "ok", Text: v.p.T("frontline.oversight.good")}
	default:
		return ui.ChipView{Kind: "danger", Text: v.p.T("frontline.oversight.bad")}
	}
}

func lineKey(caseID string, seq int, indicator string) string {
	return caseID + "/" + strconv.Itoa(seq) + "/" + indicator
}

func noAbove() error { return fault.New(fault.NotFound, "frontline.oversight.missing") }
