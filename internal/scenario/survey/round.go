package survey

import (
	"cmp"
	"net/http"
	"net/url"
	"strconv"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/person"
	surveys "banyan/internal/work/survey"
	"banyan/web/ui"
)

type roundsView struct {
	Desk ui.DeskView
	Rows []ui.Row
}

// Rounds lists the surveys in which somebody was sent round.
func (r *Room) Rounds(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.Surveys.RoundsOf(v.ctx, v.actor)
	if err != nil {
		return err
	}
	view := roundsView{Desk: r.desk(v, v.p.T("survey.rounds.title"), "rounds")}
	for _, m := range list {
		chip := ui.ChipView{Kind: "info", Text: v.p.T("survey.rounds.open", "N", m.Open())}
		if m.Open() == 0 {
			chip = ui.ChipView{Kind: "ok", Text: v.p.T("survey.rounds.done")}
		}
		view.Rows = append(view.Rows, ui.Row{
			ID: m.Survey.ID, Href: "/rounds/" + m.Survey.ID, Title: m.Survey.Title, Chips: []ui.ChipView{chip},
			Sub: r.Orgs.Short(m.Survey.Unit, v.p.Lang) + " · " + v.p.T("survey.until", "Last", v.p.Lang.Date(last(m.Survey))),
		})
	}
	return web.Render(w, q, http.StatusOK, roundsPage(view))
}

type walkView struct {
	Desk    ui.DeskView
	Path    string
	Purpose string
	Until   string
	Tabs    ui.TabsView
	Rows    []ui.Row
	Next    string
	Done    bool
	Open    int
	Said    string // what was just kept
}

// Walk lists whom somebody was sent to, masked: those not asked yet, or those who were.
func (r *Room) Walk(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in struct {
		View  string `form:"view" max:"10"`
		After string `form:"after" max:"26"`
		Kept  string `form:"kept" max:"1"`
	}
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	done := in.View == "done"
	m, rows, err := r.Surveys.Walk(v.ctx, v.actor, q.PathValue("id"), done, in.After)
	if isOver(err) {
		return r.over(w, q, v, err)
	}
	if err != nil {
		return err
	}
	t, path := v.p.T, "/rounds/"+m.Survey.ID
	view := walkView{
		Desk: r.desk(v, m.Survey.Title, "rounds"), Path: path, Purpose: m.Survey.Purpose, Until: t("survey.until", "Last", v.p.Lang.Date(last(m.Survey))),
		Done: done, Open: m.Open(), Tabs: ui.TabsView{Label: m.Survey.Title, Pills: true, Tabs: []ui.Tab{
			{Label: t("survey.walk.open"), Href: path, Count: strconv.Itoa(m.Open()), Active: !done},
			{Label: t("survey.walk.done"), Href: path + "?view=done", Count: strconv.Itoa(m.Total() - m.Open()), Active: done},
		}},
	}
	if in.Kept != "" {
		view.Said = t("survey.kept")
	}
	for _, row := range rows {
		view.Rows = append(view.Rows, r.walkRow(v, m, row))
	}
	if len(rows) == surveys.PageMost {
		view.Next = "?" + url.Values{"view": {in.View}, "after": {rows[len(rows)-1].ID}}.Encode()
	}
	return web.Render(w, q, http.StatusOK, walkPage(view))
}

func (r *Room) walkRow(v visit, m surveys.Mine, row surveys.Row) ui.Row {
	one := ui.Row{ID: row.ID, Href: "/rounds/" + m.Survey.ID + "/people/" + row.ID, Title: row.Name + " " + row.Phone, Sub: row.Place}
	if len(m.Rounds) > 1 {
		one.Sub += " · " + r.Areas.Name(row.Area, v.p.Lang)
	}
	if row.Outcome != "" {
		kind := map[surveys.Outcome]string{surveys.Answered: "ok", surveys.Away: "warn"}[row.Outcome]
		one.Chips = []ui.ChipView{{Kind: kind, Text: v.p.T("survey.outcome." + string(row.Outcome))}}
	}
	return one
}

// over tells somebody on a round that the survey ended meanwhile: nothing was kept, and nobody is shown.
func (r *Room) over(w http.ResponseWriter, q *http.Request, v visit, err error) error {
	return web.Show(w, q, err, overPage(r.desk(v, v.p.T("survey.over.title"), "rounds"), q.Method == http.MethodPost, "/surveys/"+q.PathValue("id")))
}

// Next leads to the first one who was not asked yet.
func (r *Room) Next(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	id := q.PathValue("id")
	entry, err := r.Surveys.Next(v.ctx, v.actor, id, "")
	switch {
	case isOver(err):
		return r.over(w, q, v, err)
	case err != nil:
		return err
	case entry == "":
		return web.Redirect(w, q, "/rounds/"+id)
	}
	return web.Redirect(w, q, "/rounds/"+id+"/people/"+entry)
}

// answerForm is what is entered at somebody's door; the answers have fields of their own.
type answerForm struct {
	Version int    `form:"version"`
	Outcome string `form:"outcome" max:"10"`
	Told    bool   `form:"told"`

	answers []string
}

// field is one question with what was answered.
type field struct {
	name, value, problem string
	surveys.Question
	options []ui.Option
}

type entryView struct {
	Desk      ui.DeskView
	Path      string
	FormID    string
	Who       []ui.MetaItem
	Now       []ui.MetaItem // what somebody else kept meanwhile
	Purpose   string
	Form      answerForm
	Errors    []ui.FieldError
	Outcomes  []ui.Option
	Plain     []field
	Sensitive []field
}

// Entry shows whom somebody is to ask, whole, with the questions.
func (r *Room) Entry(w http.ResponseWriter, q *http.Request) error {
	return r.showEntry(w, q, nil, nil)
}

// Answer keeps what was entered.
func (r *Room) Answer(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var form answerForm
	id := q.PathValue("id")
	if err = web.Decode(q, &form); err == nil {
		err = form.read(q)
	}
	if err == nil {
		err = r.Surveys.Answer(v.ctx, v.actor, surveys.Answering{
			Survey: id, Entry: q.PathValue("entry"), Form: web.FormID(q), Version: form.Version, Outcome: surveys.Outcome(form.Outcome), Told: form.Told, Answers: form.answers,
		})
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, "/rounds/"+id+"?kept=1")
	case isOver(err):
		return r.over(w, q, v, err)
	case web.Again(err):
		return r.showEntry(w, q, &form, err)
	}
	return err
}

func (f *answerForm) read(q *http.Request) error {
	var wrong fault.Fields
	for i := range surveys.QuestionsMost {
		text, bad := web.Text(q, "a"+strconv.Itoa(i), surveys.TextMost)
		if bad != nil {
			wrong = append(wrong, bad)
		}
		f.answers = append(f.answers, text)
	}
	return wrong.OrNil()
}

func (r *Room) showEntry(w http.ResponseWriter, q *http.Request, typed *answerForm, refused error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	m, e, err := r.Surveys.Entry(v.ctx, v.actor, q.PathValue("id"), q.PathValue("entry"))
	if isOver(err) {
		return r.over(w, q, v, err)
	}
	if err != nil {
		return err
	}
	form := answerForm{Version: e.Version, Outcome: string(e.Outcome), Told: e.Told, answers: e.Answers}
	if typed != nil { // what was typed stays, on top of the version that is there now: sent again it counts
		form = *typed
		form.Version = e.Version
	}
	view := entryView{
		Desk: r.desk(v, m.Survey.Title, "rounds"), Path: "/rounds/" + m.Survey.ID, FormID: web.FormID(q), Form: form, Who: whoOf(v.p, e), Purpose: m.Survey.Purpose,
	}
	if fault.KindOf(refused) == fault.Conflict {
		view.Now = nowOf(v.p, m.Survey, e)
	}
	for _, o := range []surveys.Outcome{surveys.Answered, surveys.Away, surveys.Declined} {
		view.Outcomes = append(view.Outcomes, ui.Option{Value: string(o), Label: v.p.T("survey.outcome." + string(o))})
	}
	labels := []string{"outcome", v.p.T("survey.outcome.term"), "told", v.p.T("survey.told.term")}
	for i, question := range m.Survey.Questions {
		labels = append(labels, "a"+strconv.Itoa(i), question.Text)
	}
	view.Errors = ui.Errors(v.p, refused, labels...)
	for i, question := range m.Survey.Questions {
		f := fieldOf(v.p, i, question, form.answers, view.Errors)
		if question.Sensitive {
			view.Sensitive = append(view.Sensitive, f)
		} else {
			view.Plain = append(view.Plain, f)
		}
	}
	return web.Show(w, q, refused, entryPage(view))
}

// nowOf is what is kept of somebody.
func nowOf(p web.Page, s surveys.Survey, e surveys.Entry) []ui.MetaItem {
	list := []ui.MetaItem{{Term: p.T("survey.outcome.term"), Text: p.T("survey.outcome." + cmp.Or(string(e.Outcome), "open"))}}
	for i, text := range e.Answers {
		if s.Questions[i].Kind == surveys.YesNo && text != "" {
			text = p.T("survey." + text)
		}
		list = append(list, ui.MetaItem{Term: s.Questions[i].Text, Text: cmp.Or(text, "—")})
	}
	return list
}

func whoOf(p web.Page, e surveys.Entry) []ui.MetaItem {
	return []ui.MetaItem{
		{Term: p.T("survey.name.term"), Text: e.Who.Name}, {Term: p.T("survey.phone.term"), Text: cmp.Or(string(e.Who.Phone), "—")},
		{Term: p.T("survey.address.term"), Text: e.Who.Address},
	}
}

func fieldOf(p web.Page, i int, question surveys.Question, answers []string, errs []ui.FieldError) field {
	f := field{name: "a" + strconv.Itoa(i), Question: question}
	f.problem = ui.ErrorOf(errs, f.name)
	if i < len(answers) {
		f.value = answers[i]
	}
	options := question.Options
	if question.Kind == surveys.YesNo {
		options = []string{surveys.Yes, surveys.No}
	}
	for _, o := range options {
		label := o
		if question.Kind == surveys.YesNo {
			label = p.T("survey." + o)
		}
		f.options = append(f.options, ui.Option{Value: o, Label: label})
	}
	return f
}

type newForm struct {
	Name    string `form:"name" max:"40"`
	Phone   string `form:"phone" max:"20"`
	Address string `form:"address" max:"100"`
	Area    string `form:"area" max:"20"`
}

type newView struct {
	Desk   ui.DeskView
	Path   string
	FormID string
	Form   newForm
	Errors []ui.FieldError
	Areas  []ui.Option
}

// NewForm shows the form for somebody who was not on the list.
func (r *Room) NewForm(w http.ResponseWriter, q *http.Request) error {
	return r.showNew(w, q, newForm{}, nil)
}

// Add notes somebody who was not on the list and leads to their questions.
func (r *Room) Add(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var form newForm
	var entry string
	id := q.PathValue("id")
	if err = web.Decode(q, &form); err == nil {
		entry, err = r.Surveys.Add(v.ctx, v.actor, id, form.Area, web.FormID(q), surveys.Who{Name: form.Name, Phone: person.Phone(form.Phone), Address: form.Address})
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, "/rounds/"+id+"/people/"+entry)
	case isOver(err):
		return r.over(w, q, v, err)
	case web.Again(err):
		return r.showNew(w, q, form, err)
	}
	return err
}

func (r *Room) showNew(w http.ResponseWriter, q *http.Request, form newForm, refused error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.Surveys.RoundsOf(v.ctx, v.actor)
	if err != nil {
		return err
	}
	id, t := q.PathValue("id"), v.p.T
	view := newView{
		Path: "/rounds/" + id, FormID: web.FormID(q), Form: form,
		Errors: ui.Errors(v.p, refused, "name", t("survey.name.term"), "phone", t("survey.phone.term"), "address", t("survey.address.term"), "area", t("survey.area.term")),
	}
	for _, m := range list {
		if m.Survey.ID != id {
			continue
		}
		view.Desk = r.desk(v, t("survey.new.title"), "rounds")
		for _, one := range m.Rounds {
			view.Areas = append(view.Areas, ui.Option{Value: one.Area, Label: r.Areas.Name(one.Area, v.p.Lang)})
		}
		view.Form.Area = cmp.Or(view.Form.Area, view.Areas[0].Value)
		return web.Show(w, q, refused, newPage(view))
	}
	if _, _, err := r.Surveys.Walk(v.ctx, v.actor, id, false, "z"); isOver(err) {
		return r.over(w, q, v, err)
	}
	return fault.New(fault.NotFound, "survey.missing")
}

func emptyWalk(v walkView) ui.EmptyView {
	t := v.Desk.Page.T
	if v.Done {
		return ui.EmptyView{Icon: "inbox", Title: t("survey.walk.none_done")}
	}
	return ui.EmptyView{Icon: "check", Title: t("survey.walk.none"), Text: t("survey.walk.none.text")}
}
