package brain

import (
	"net/http"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// ordersMost bounds the supervisor's lists.
const ordersMost = 200

// oversightView is the supervisor's page.
type oversightView struct {
	Desk    ui.DeskView
	Tabs    ui.TabsView
	View    string
	Orders  []ui.OrderView
	Rows    []ui.Row // cases; with a lead unit a row leads to the form of an order
	Appeals []ui.Row
	More    string
}

// Oversight shows a supervisor the open orders, what is overdue or at risk, and
// the appeals that wait.
func (r *Room) Oversight(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := q.URL.Query().Get("view")
	if !slices.Contains([]string{"overdue", "risk", "appeals"}, view) {
		view = "orders"
	}
	orders, err := r.Oversee.OpenOrders(v.ctx, v.actor, ordersMost)
	if err != nil {
		return err
	}
	appeals, err := r.waiting(v)
	if err != nil {
		return err
	}
	out := oversightView{Desk: r.desk(v, v.p.T("brain.oversight.title"), "oversight"), View: view}
	if err := r.fillTabs(v, &out, len(orders), len(appeals)); err != nil {
		return err
	}
	switch view {
	case "orders":
		out.Orders, err = r.orderViews(v, orders)
	case "appeals":
		out.Appeals = r.appealRows(v, appeals)
	default:
		err = r.fillCases(v, &out)
	}
	if err != nil {
		return err
	}
	return web.Render(w, q, http.StatusOK, oversightPage(out))
}

// fillTabs counts what each view holds.
func (r *Room) fillTabs(v visit, out *oversightView, orders, appeals int) error {
	loads, err := r.Cases.InHand(v.ctx, v.now.Add(soon))
	if err != nil {
		return err
	}
	risk, overdue := 0, 0
	for _, l := range loads {
		if r.reaches(v, l) {
			risk, overdue = risk+l.AtRisk, overdue+l.Overdue
		}
	}
	tab := func(name string, n int) ui.Tab {
		return ui.Tab{Label: v.p.T("brain.oversight." + name), Href: "/supervise?view=" + name, Count: v.p.Lang.Number(n), Active: name == out.View}
	}
	tabs := []ui.Tab{tab("orders", orders)}
	if r.Policy.May(v.actor, access.CaseList, access.Resource{Kind: "list", AreaPath: v.actor.Area}).Allow {
		tabs = append(tabs, tab("overdue", overdue), tab("risk", risk))
	}
	out.Tabs = ui.TabsView{Label: v.p.T("brain.oversight.title"), Tabs: append(tabs, tab("appeals", appeals))}
	return nil
}

// reaches tells whether a load lies in the reader's area.
func (r *Room) reaches(v visit, l casework.Load) bool {
	home := v.home()
	return home == r.City.Areas.City().Code || l.District == home || l.Subdistrict == home
}

func (r *Room) fillCases(v visit, out *oversightView) error {
	rows, more, err := r.find(v, casesQuery{List: out.View, Area: v.home()})
	if err != nil {
		return err
	}
	heads, err := r.Requests.Titles(v.ctx, casework.Numbers(rows))
	if err != nil {
		return err
	}
	for _, c := range rows {
		row := r.row(v, c, heads[c.Number])
		if c.Lead != "" {
			row.Href = "/supervise/issue?case=" + c.ID
		}
		out.Rows = append(out.Rows, row)
	}
	if more != "" {
		out.More = casesHref(out.View, v.home(), more)
	}
	return nil
}

// orderViews draws orders from above with their rule and reason.
func (r *Room) orderViews(v visit, orders []oversee.Order) ([]ui.OrderView, error) {
	numbers := make([]string, len(orders))
	for i, o := range orders {
		numbers[i] = o.Number
	}
	heads, err := r.Requests.Titles(v.ctx, numbers)
	if err != nil {
		return nil, err
	}
	out := make([]ui.OrderView, len(orders))
	for i, o := range orders {
		out[i] = r.orderView(v, o, heads[o.Number])
	}
	return out, nil
}

func (r *Room) orderView(v visit, o oversee.Order, title string) ui.OrderView {
	view := ui.OrderView{Title: title, Number: o.Number, Unit: r.City.Orgs.Short(o.Unit, v.p.Lang), Href: "/cases/" + o.Case, State: levelChip(v, o.Level), Meta: []ui.MetaItem{
		{Term: v.p.T("brain.order.rule"), Text: r.ruleText(v, o)},
		{Term: v.p.T("brain.order.why"), Text: whyText(v, o)},
		{Term: v.p.T("brain.order.at"), Text: v.p.Lang.DateTime(o.At), Num: true},
		{Term: v.p.T("brain.order.state"), Text: v.p.T("oversee.state." + o.State)},
	}}
	if o.Answer != "" {
		view.Meta = append(view.Meta, ui.MetaItem{Term: v.p.T("brain.order.answer"), Text: o.Answer})
	}
	return view
}

// ruleText names the rule that issued an order, or that a person did.
func (r *Room) ruleText(v visit, o oversee.Order) string {
	if o.Rule == "hand" {
		return v.p.T("brain.order.by_hand")
	}
	version, name, _ := strings.Cut(o.Rule, "/")
	return v.p.T("brain.order.by_rule", "Version", version, "Rule", v.p.T("oversee.level."+name))
}

// whyText is the supervisor's words, or the message of the rule.
func whyText(v visit, o oversee.Order) string {
	if o.Rule == "hand" {
		return o.Why
	}
	return v.p.T(o.Why)
}

// waiting lists the undecided appeals of units in the reader's area.
func (r *Room) waiting(v visit) ([]oversee.Appeal, error) {
	return r.Oversee.Appeals(v.ctx, v.actor, "", ordersMost)
}

func (r *Room) appealRows(v visit, list []oversee.Appeal) []ui.Row {
	rules := r.Oversee.Rules.Current(v.now)
	rows := make([]ui.Row, len(list))
	for i, a := range list {
		what := v.p.T("brain.appeal.of_order")
		if a.Order == "" {
			what = v.p.T("brain.appeal.of_line", "Indicator", r.indicatorName(v, rules, a.Indicator))
		}
		rows[i] = ui.Row{ID: a.ID, Href: "/supervise/appeals/" + a.ID, Title: r.City.Orgs.Short(a.Unit, v.p.Lang) + " · " + what, Sub: v.p.Lang.DateTime(a.AskedAt) + " · " + a.Words}
	}
	return rows
}

// overseen describes a case to the policy as oversee.Issue will.
func overseen(f *casework.File) access.Resource {
	return access.Resource{Kind: "case", ID: f.Case.ID, Unit: f.Case.Lead, Units: f.Units(), AreaPath: f.Case.Path}
}

func noAppeal() error { return fault.New(fault.NotFound, "oversee.appeal.missing") }
