package brain

import (
	"net/http"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// verdictForm is a decision with its reason.
type verdictForm struct {
	Verdict string `form:"verdict" max:"10"`
	Words   string `form:"words" max:"1000"`
}

// yes reads the decision; none is a wrong field.
func (f verdictForm) yes() (bool, error) {
	if f.Verdict != "yes" && f.Verdict != "no" {
		return false, fault.Field("verdict", "brain.need.verdict")
	}
	return f.Verdict == "yes", nil
}

type verdictView struct {
	Desk    ui.DeskView
	Errors  []ui.FieldError
	Form    verdictForm
	FormID  string
	Action  string
	About   []ui.MetaItem
	Order   *ui.OrderView
	Legend  string
	Yes, No ui.Option
}

// AppealPage shows one appeal that waits for a decision.
func (r *Room) AppealPage(w http.ResponseWriter, q *http.Request) error {
	return r.appealAgain(w, q, verdictForm{}, nil)
}

// DecideAppeal grants or refuses an appeal.
func (r *Room) DecideAppeal(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in verdictForm
	err = web.Decode(q, &in)
	grant := false
	if err == nil {
		grant, err = in.yes()
	}
	if err == nil {
		err = r.Oversee.DecideAppeal(v.ctx, v.actor, q.PathValue("id"), grant, in.Words)
	}
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return r.appealAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/supervise?view=appeals")
}

func (r *Room) appealAgain(w http.ResponseWriter, q *http.Request, in verdictForm, wrong error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.waiting(v)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(a oversee.Appeal) bool { return a.ID == q.PathValue("id") })
	if i < 0 {
		return noAppeal()
	}
	view := verdictView{
		Desk: r.desk(v, v.p.T("brain.appeal.title"), "oversight"), Form: in, FormID: web.FormID(q), Action: "/supervise/appeals/" + list[i].ID,
		Legend: v.p.T("brain.appeal.verdict"), Errors: r.verdictErrors(v, wrong),
		Yes: ui.Option{Value: "yes", Label: v.p.T("oversee.appeal.granted"), Hint: v.p.T("brain.appeal.granted.hint")},
		No:  ui.Option{Value: "no", Label: v.p.T("oversee.appeal.refused"), Hint: v.p.T("brain.appeal.refused.hint")},
	}
	if err := r.aboutAppeal(v, &view, list[i]); err != nil {
		return err
	}
	return web.Show(w, q, wrong, verdictPage(view))
}

func (r *Room) verdictErrors(v visit, wrong error) []ui.FieldError {
	return ui.Errors(v.p, wrong, "verdict", v.p.T("brain.appeal.verdict"), "words", v.p.T("brain.verdict.words"))
}

// aboutAppeal shows what is objected to: a card, or a score line with its case.
func (r *Room) aboutAppeal(v visit, view *verdictView, a oversee.Appeal) error {
	view.About = []ui.MetaItem{
		{Term: v.p.T("brain.issue.unit"), Text: r.City.Orgs.Short(a.Unit, v.p.Lang)},
		{Term: v.p.T("brain.appeal.asked"), Text: v.p.Lang.DateTime(a.AskedAt), Num: true},
		{Term: v.p.T("brain.appeal.words"), Text: a.Words},
	}
	if a.Order == "" {
		numbers, err := r.numbersOf(v, []oversee.Entry{{Case: a.Case}})
		rules := r.Oversee.Rules.Current(v.now)
		view.About = append(view.About,
			ui.MetaItem{Term: v.p.T("brain.unit.indicator"), Text: r.indicatorName(v, rules, a.Indicator)},
			ui.MetaItem{Term: v.p.T("brain.unit.case"), Href: "/cases/" + a.Case, HrefText: numbers[a.Case]})
		return err
	}
	orders, err := r.Oversee.OrdersOf(v.ctx, v.actor, a.Unit, ordersMost)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(orders, func(o oversee.Order) bool { return o.ID == a.Order }); i >= 0 {
		o := r.orderView(v, orders[i], v.p.T("oversee.level."+string(orders[i].Level)))
		view.Order = &o
	}
	return nil
}
