package survey

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	surveys "banyan/internal/work/survey"
	"banyan/web/ui"
)

// listMost bounds the lists of surveys.
const listMost = 200

type listView struct {
	Desk    ui.DeskView
	Rows    []ui.Row
	Propose bool
}

// List shows the surveys a post may read.
func (r *Room) List(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	if !owns(v.actor) {
		return fault.New(fault.Forbidden, "access.refused")
	}
	list, err := r.Surveys.List(v.ctx, v.actor, listMost)
	if err != nil {
		return err
	}
	view := listView{Desk: r.desk(v, v.p.T("survey.desk.title"), "desk"), Propose: r.Surveys.MayPropose(v.actor)}
	for _, s := range list {
		view.Rows = append(view.Rows, ui.Row{
			ID: s.ID, Href: "/desk/surveys/" + s.ID, Title: s.Title, Chips: []ui.ChipView{stateOf(v.p, s, v.now)},
			Sub: r.Areas.FullName(s.Area, v.p.Lang) + " · " + r.Orgs.Short(s.Unit, v.p.Lang) + " · " + v.p.T("survey.until", "Last", v.p.Lang.Date(last(s))),
		})
	}
	return web.Render(w, q, http.StatusOK, listPage(view))
}

// proposalForm is what somebody types to propose a survey; its questions have fields of their own.
type proposalForm struct {
	Title   string `form:"title" max:"60"`
	Purpose string `form:"purpose" max:"500"`
	Basis   string `form:"basis" max:"300"`
	Area    string `form:"area" max:"20"`
	Last    string `form:"last" max:"10"`

	rows []questionRow
}

// questionRow is a question as it is typed; an empty one is none.
type questionRow struct {
	n, text, kind, options string
	sensitive              bool
}

func (row questionRow) empty() bool { return row.text == "" && row.options == "" }

type proposeView struct {
	Desk   ui.DeskView
	FormID string
	Form   proposalForm
	Errors []ui.FieldError
	Areas  []ui.Option
	Kinds  []ui.Option
}

// ProposeForm shows an empty proposal.
func (r *Room) ProposeForm(w http.ResponseWriter, q *http.Request) error {
	v, err := r.proposer(q)
	if err != nil {
		return err
	}
	form := proposalForm{Area: home(v.actor), Last: v.now.AddDate(0, 0, 30).Format("2006-01-02")}
	return r.showProposal(w, q, v, form, nil)
}

func (r *Room) proposer(q *http.Request) (visit, error) {
	v, err := r.visit(q)
	if err == nil && !r.Surveys.MayPropose(v.actor) {
		err = fault.New(fault.Forbidden, "access.refused")
	}
	return v, err
}

// home is the code of the area that a post reaches.
func home(actor access.Actor) string {
	path := strings.Split(strings.Trim(actor.Area, "/"), "/")
	return path[len(path)-1]
}

// Propose keeps a proposal.
func (r *Room) Propose(w http.ResponseWriter, q *http.Request) error {
	v, err := r.proposer(q)
	if err != nil {
		return err
	}
	var form proposalForm
	err = web.Decode(q, &form)
	if err == nil {
		err = form.read(q)
	}
	var made surveys.Survey
	if err == nil {
		made, err = r.Surveys.Propose(v.ctx, v.actor, form.proposal(web.FormID(q)))
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, "/desk/surveys/"+made.ID)
	case !web.Again(err):
		return err
	}
	return r.showProposal(w, q, v, form, err)
}

// read fills in the questions.
func (f *proposalForm) read(q *http.Request) error {
	var wrong fault.Fields
	text := func(name string, most int) string {
		t, bad := web.Text(q, name, most)
		if bad != nil {
			wrong = append(wrong, bad)
		}
		return t
	}
	for i := range surveys.QuestionsMost {
		n := strconv.Itoa(i)
		f.rows = append(f.rows, questionRow{n: n, text: text("q"+n, 100), kind: text("k"+n, 10), options: text("o"+n, 300), sensitive: text("s"+n, 3) != ""})
	}
	return wrong.OrNil()
}

// proposal leaves empty questions out; those behind one move up, so a form shown again has them in that order.
func (f *proposalForm) proposal(id string) surveys.Proposal {
	in := surveys.Proposal{Form: id, Title: f.Title, Purpose: f.Purpose, Basis: f.Basis, Area: f.Area, Last: f.Last}
	f.rows = slices.DeleteFunc(f.rows, questionRow.empty)
	for _, row := range f.rows {
		one := surveys.Question{Text: row.text, Kind: surveys.Kind(row.kind), Sensitive: row.sensitive}
		for _, o := range strings.Split(row.options, "\n") {
			if o = strings.TrimSpace(o); o != "" && one.Kind == surveys.Choice {
				one.Options = append(one.Options, o)
			}
		}
		in.Questions = append(in.Questions, one)
	}
	return in
}

func (r *Room) showProposal(w http.ResponseWriter, q *http.Request, v visit, form proposalForm, refused error) error {
	labels := []string{}
	for _, f := range []string{"title", "purpose", "basis", "area", "last"} {
		labels = append(labels, f, v.p.T("survey."+f+".term"))
	}
	for i := range surveys.QuestionsMost {
		n := strconv.Itoa(i)
		word := v.p.T("survey.question.term", "N", i+1)
		labels = append(labels, "q"+n, word, "k"+n, word, "o"+n, word)
		if i >= len(form.rows) {
			form.rows = append(form.rows, questionRow{kind: string(surveys.YesNo)})
		}
		form.rows[i].n = n
	}
	view := proposeView{
		Desk: r.desk(v, v.p.T("survey.propose.title"), "desk"), FormID: web.FormID(q), Form: form, Errors: ui.Errors(v.p, refused, labels...), Areas: r.places(v),
	}
	for _, k := range surveys.Kinds() {
		view.Kinds = append(view.Kinds, ui.Option{Value: string(k), Label: v.p.T("survey.kind." + string(k))})
	}
	return web.Show(w, q, refused, proposePage(view))
}

// places are where a post may have people asked: its own area, and those one step below.
func (r *Room) places(v visit) []ui.Option {
	at, _ := r.Areas.Get(home(v.actor))
	list := []ui.Option{{Value: at.Code, Label: r.Areas.FullName(at.Code, v.p.Lang)}}
	for _, a := range r.Areas.Children(at.Code) {
		list = append(list, ui.Option{Value: a.Code, Label: a.Name.In(v.p.Lang)})
	}
	return list
}

// peopleView is a masked list at the desk.
type peopleView struct {
	Desk  ui.DeskView
	Back  string
	Table ui.TableView
	Next  string
}

// People shows who is in a survey, masked.
func (r *Room) People(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in struct {
		Area  string `form:"area" max:"20"`
		After string `form:"after" max:"26"`
	}
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	id := q.PathValue("id")
	s, rows, err := r.Surveys.Residents(v.ctx, v.actor, id, in.Area, in.After)
	if err != nil {
		return err
	}
	t := v.p.T
	view := peopleView{Desk: r.desk(v, t("survey.people.title"), "desk"), Back: "/desk/surveys/" + id, Table: ui.TableView{
		Caption: s.Title, Columns: []ui.Column{{Label: t("survey.name.term")}, {Label: t("survey.phone.term")}, {Label: t("survey.area.term")}, {Label: t("survey.outcome.term")}},
	}}
	for _, row := range rows {
		view.Table.Rows = append(view.Table.Rows, ui.TableRow{Cells: []string{
			row.Name, cmp.Or(row.Phone, "—"), r.Areas.Name(row.Area, v.p.Lang), t("survey.outcome." + cmp.Or(string(row.Outcome), "open")),
		}})
	}
	if len(rows) == surveys.PageMost {
		view.Next = "?" + url.Values{"area": {in.Area}, "after": {rows[len(rows)-1].ID}}.Encode()
	}
	return web.Render(w, q, http.StatusOK, peoplePage(view))
}
