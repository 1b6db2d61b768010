package survey

import (
	"net/http"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/web"
	surveys "banyan/internal/work/survey"
	"banyan/web/ui"
)

type publicView struct {
	ui.CitizenView
	rows []ui.Row
}

// Public lists for everybody which surveys run, and which ran.
func (r *Room) Public(w http.ResponseWriter, q *http.Request) error {
	p := web.PageOf(q)
	list, err := r.Surveys.Public(q.Context(), listMost)
	if err != nil {
		return err
	}
	view := publicView{CitizenView: r.citizen(q, p.T("survey.public.title"), "/privacy")}
	for _, s := range list {
		view.rows = append(view.rows, ui.Row{
			ID: s.ID, Href: "/surveys/" + s.ID, Title: s.Title, Chips: []ui.ChipView{stateOf(p, s, r.Clock.Now())},
			Sub: r.Orgs.Name(s.Unit, p.Lang) + " · " + p.T("survey.until", "Last", p.Lang.Date(last(s))),
		})
	}
	return web.Show(w, q, nil, publicPage(view))
}

type certificateView struct {
	ui.CitizenView
	state     ui.ChipView
	about     []ui.MetaItem
	questions []asked
	runs      bool
	done      *done
	proof     string // where the proof is; "" while there is none
}

// done is a certificate of destruction in words.
type done struct {
	title  string
	meta   []ui.MetaItem
	counts []counted
}

// counted is what remains of one question.
type counted struct {
	question string
	table    ui.TableView
}

// PublicOne tells everybody what a survey asks, why, and until when; after its end, what was destroyed, when and by which rule.
func (r *Room) PublicOne(w http.ResponseWriter, q *http.Request) error {
	p := web.PageOf(q)
	s, c, err := r.Surveys.PublicOne(q.Context(), q.PathValue("id"))
	if err != nil {
		return err
	}
	view := certificateView{
		CitizenView: r.citizen(q, s.Title, "/surveys"), state: stateOf(p, s, r.Clock.Now()), about: r.about(p, s), questions: questions(p, s), runs: s.RunsAt(r.Clock.Now()),
	}
	if s.Extension != "" {
		view.about = append(view.about, ui.MetaItem{Term: p.T("survey.did.extended"), Text: s.Extension})
	}
	if c != nil {
		view.done = r.done(p, s, *c)
		if _, err := r.Surveys.Proof(q.Context(), s.ID); err == nil {
			view.proof = "/surveys/" + s.ID + "/proof"
		}
	}
	return web.Show(w, q, nil, certificatePage(view))
}

func (r *Room) done(p web.Page, s surveys.Survey, c surveys.Certificate) *done {
	d := &done{title: p.T("survey.certificate.done", "At", p.Lang.DateTime(c.At)), meta: []ui.MetaItem{
		{Term: p.T("survey.certificate.records"), Text: p.T("survey.certificate.people", "N", c.Records), Num: true},
		{Term: p.T("survey.certificate.rule"), Text: p.T("survey.certificate.rule." + string(c.Rule))},
		{Term: p.T("survey.certificate.number"), Text: s.ID},
	}}
	if s.Ending != "" {
		d.meta = append(d.meta, ui.MetaItem{Term: p.T("survey.why.term"), Text: s.Ending})
	}
	for _, one := range c.Counts {
		if one.Question >= len(s.Questions) {
			continue
		}
		x := counted{question: s.Questions[one.Question].Text, table: ui.TableView{
			Caption: s.Questions[one.Question].Text, Columns: []ui.Column{{Label: p.T("survey.certificate.answer")}, {Label: p.T("survey.certificate.count"), Num: true}},
		}}
		for i, o := range one.Options {
			if s.Questions[one.Question].Kind == surveys.YesNo {
				o = p.T("survey." + o)
			}
			x.table.Rows = append(x.table.Rows, ui.TableRow{Cells: []string{o, count(p.Lang, one.Counts[i], p.T("survey.certificate.few"))}})
		}
		d.counts = append(d.counts, x)
	}
	return d
}

func count(l i18n.Lang, n int, few string) string {
	if n == surveys.Hidden {
		return few
	}
	return l.Number(n)
}

// Proof gives the receipt of the trail's row that says a survey was destroyed; it is checked like any other.
func (r *Room) Proof(w http.ResponseWriter, q *http.Request) error {
	proof, err := r.Surveys.Proof(q.Context(), q.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="survey.tlog-proof"`)
	_, err = w.Write(proof)
	return err
}
