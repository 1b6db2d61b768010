package frontline

import (
	"net/http"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/web"
	"banyan/internal/work/oversee"
	"banyan/web/ui"
)

// monthStart reads "2026-11" as the first day of that month.
func monthStart(month string) (time.Time, bool) {
	t, err := time.ParseInLocation("2006-01", month, clock.City)
	return t, err == nil
}

type overseeIn struct {
	Words     string `form:"words" max:"3000"`
	Order     string `form:"order" max:"40"`
	Case      string `form:"case" max:"40"`
	Seq       int    `form:"seq"`
	Indicator string `form:"indicator" max:"40"`
}

// AnswerForm shows an order from above with the form for the unit's answer.
func (r *Room) AnswerForm(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	return r.showAnswer(w, q, v, overseeIn{}, nil)
}

// Answer is the unit's answer to an order from above.
func (r *Room) Answer(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in overseeIn
	if err = web.Decode(q, &in); err == nil {
		err = r.Oversee.Answer(v.ctx, v.actor, q.PathValue("id"), in.Words)
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, "/oversight")
	case web.Again(err):
		return r.showAnswer(w, q, v, in, err)
	}
	return err
}

func (r *Room) showAnswer(w http.ResponseWriter, q *http.Request, v visit, in overseeIn, refused error) error {
	o, err := r.aboveOf(v, q.PathValue("id"))
	if err != nil {
		return err
	}
	return r.showOversee(w, q, v, "answer", "/oversight/"+o.ID+"/answer", r.aboveView(v, o), in, refused)
}

// aboveOf finds an order on the reader's own unit.
func (r *Room) aboveOf(v visit, id string) (oversee.Order, error) {
	orders, err := r.Oversee.OrdersOf(v.ctx, v.actor, v.actor.Unit, overseeMost)
	if err != nil {
		return oversee.Order{}, err
	}
	for _, o := range orders {
		if o.ID == id {
			return o, nil
		}
	}
	return oversee.Order{}, noAbove()
}

// AppealForm shows the form that objects to a card or to one score line.
func (r *Room) AppealForm(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in overseeIn
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	return r.showAppeal(w, q, v, in, nil)
}

// Appeal objects to a card or to one score line of the own unit.
func (r *Room) Appeal(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in overseeIn
	if err = web.Decode(q, &in); err == nil {
		err = r.Oversee.Appeal(v.ctx, v.actor, oversee.Appeal{Order: in.Order, Case: in.Case, Seq: in.Seq, Indicator: in.Indicator, Words: in.Words})
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, "/oversight?view=appeals")
	case web.Again(err):
		return r.showAppeal(w, q, v, in, err)
	}
	return err
}

func (r *Room) showAppeal(w http.ResponseWriter, q *http.Request, v visit, in overseeIn, refused error) error {
	above := aboveView{Level: r.indicator(v, in.Indicator), Why: v.p.T("frontline.oversight.of_score", "Indicator", r.indicator(v, in.Indicator))}
	if in.Order != "" {
		o, err := r.aboveOf(v, in.Order)
		if err != nil {
			return err
		}
		above = r.aboveView(v, o)
	} else if in.Case == "" || in.Indicator == "" {
		return noAbove()
	}
	return r.showOversee(w, q, v, "appeal", "/oversight/appeal", above, in, refused)
}

func (r *Room) showOversee(w http.ResponseWriter, q *http.Request, v visit, name, action string, above aboveView, in overseeIn, refused error) error {
	t := v.p.T
	errs := ui.Errors(v.p, refused, "words", t("frontline."+name+".words"))
	title := above.Level
	if above.Number != "" {
		title += " · " + above.Number
	}
	view := formView{
		Desk: r.desk(v, t("frontline."+name+".title"), navOversee), Heading: t("frontline." + name + ".title"), Lead: t("frontline." + name + ".lead"),
		Title: title, Place: above.Why, Back: "/oversight", BackText: t("frontline.back_to_oversight"), Action: action,
		FormID: web.FormID(q), Send: t("frontline." + name + ".send"), Errors: errs, Body: wordsBody(t("frontline."+name+".words"), in, errs),
	}
	return web.Show(w, q, refused, formPage(view))
}
