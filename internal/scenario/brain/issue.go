package brain

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// issueForm is an order given by hand.
type issueForm struct {
	Case  string `form:"case" max:"40" required:"true"`
	Level string `form:"level" max:"20"`
	Words string `form:"words" max:"1000"`
}

type issueView struct {
	Desk    ui.DeskView
	Errors  []ui.FieldError
	Form    issueForm
	FormID  string
	Case    []ui.MetaItem
	Levels  []ui.Option
	Before  []ui.OrderView
	Refused string // why the reader may not oversee this case
}

// IssueForm shows a case and the orders it has, to give one more.
func (r *Room) IssueForm(w http.ResponseWriter, q *http.Request) error {
	var in issueForm
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	return r.issueAgain(w, q, in, nil)
}

// Issue gives an order by hand on a case.
func (r *Room) Issue(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in issueForm
	if err = web.Decode(q, &in); err != nil && in.Case == "" {
		return err
	}
	if err == nil {
		err = r.issue(v, in)
	}
	if err != nil && web.Again(err) {
		return r.issueAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/supervise?view=orders")
}

func (r *Room) issue(v visit, in issueForm) error {
	f, err := r.Cases.Get(v.ctx, v.actor, in.Case)
	if err != nil {
		return err
	}
	return r.Oversee.Issue(v.ctx, v.actor, oversee.Issuing{
		Case: f.Case.ID, Number: f.Case.Number, Unit: f.Case.Lead, Path: f.Case.Path, Units: f.Units(), Level: oversee.Level(in.Level), Words: in.Words,
	})
}

func (r *Room) issueAgain(w http.ResponseWriter, q *http.Request, in issueForm, wrong error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	f, err := r.Cases.Get(v.ctx, v.actor, in.Case)
	if err != nil {
		return err
	}
	if err := r.Policy.Check(v.actor, access.ReportRead, access.Resource{Kind: "list", AreaPath: v.actor.Area}); err != nil {
		return err
	}
	orders, err := r.Oversee.OrdersOn(v.ctx, f.Case.ID)
	if err != nil {
		return err
	}
	heads, err := r.Requests.Titles(v.ctx, []string{f.Case.Number})
	if err != nil {
		return err
	}
	view := issueView{
		Desk: r.desk(v, v.p.T("brain.issue.title"), "oversight"), Form: in, FormID: web.FormID(q), Case: r.caseMeta(v, f, heads[f.Case.Number]),
		Errors: ui.Errors(v.p, wrong, "level", v.p.T("brain.issue.level"), "words", v.p.T("brain.issue.words")),
	}
	for _, l := range []oversee.Level{oversee.Reminder, oversee.Oversight, oversee.Yellow, oversee.Red} {
		view.Levels = append(view.Levels, ui.Option{Value: string(l), Label: v.p.T("oversee.level." + string(l)), Hint: v.p.T("brain.issue.hint." + string(l))})
	}
	for _, o := range orders {
		view.Before = append(view.Before, r.orderView(v, o, v.p.T("oversee.level."+string(o.Level))))
	}
	if d := r.Policy.May(v.actor, access.OverseeIssue, overseen(f)); !d.Allow {
		view.Refused = v.p.T(d.Reason)
	}
	return web.Show(w, q, wrong, issuePage(view))
}

// caseMeta is what a supervisor has to know of a case before an order.
func (r *Room) caseMeta(v visit, f *casework.File, title string) []ui.MetaItem {
	items := []ui.MetaItem{
		{Term: v.p.T("brain.unit.case"), Href: "/cases/" + f.Case.ID, HrefText: title},
		{Term: v.p.T("brain.issue.state"), Text: v.p.T("casework.state." + string(f.Case.State))},
		{Term: v.p.T("brain.table.area"), Text: r.City.Areas.FullName(f.Case.Area, v.p.Lang)},
		{Term: v.p.T("brain.issue.unit"), Text: unknown},
	}
	if f.Case.Lead != "" {
		items[3].Text = r.City.Orgs.Short(f.Case.Lead, v.p.Lang)
	}
	for _, c := range f.Clocks {
		if c.Kind == casework.ClockResolve && !c.DueAt.IsZero() {
			items = append(items, ui.MetaItem{Term: v.p.T("casework.clock.resolve"), Text: v.p.Lang.DateTime(c.DueAt), Num: true})
		}
	}
	return append(items, ui.MetaItem{Term: v.p.T("brain.issue.returns"), Text: v.p.Lang.Number(f.Case.Returns), Num: true})
}
