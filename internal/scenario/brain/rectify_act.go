package brain

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/web/ui"
)

// JudgePage shows one rectification to judge after asking the requester.
func (r *Room) JudgePage(w http.ResponseWriter, q *http.Request) error {
	return r.judgeAgain(w, q, verdictForm{}, nil)
}

// Judge accepts a rectification or sends it back.
func (r *Room) Judge(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in verdictForm
	err = web.Decode(q, &in)
	accept := false
	if err == nil {
		accept, err = in.yes()
	}
	if err == nil {
		err = r.Rate.Judge(v.ctx, v.actor, q.PathValue("id"), accept, in.Words)
	}
	if err != nil && fault.KindOf(err) == fault.Invalid {
		return r.judgeAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/rectifications")
}

func (r *Room) judgeAgain(w http.ResponseWriter, q *http.Request, in verdictForm, wrong error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.judging(v)
	if err != nil {
		return err
	}
	x, err := pickRectification(list, q.PathValue("id"))
	if err != nil {
		return err
	}
	view := verdictView{
		Desk: r.desk(v, v.p.T("brain.judge.one"), "judge"), Form: in, FormID: web.FormID(q), Action: "/rectifications/" + x.ID,
		Legend: v.p.T("brain.judge.verdict"), Errors: r.verdictErrors(v, wrong),
		Yes: ui.Option{Value: "yes", Label: v.p.T("brain.judge.accept")},
		No:  ui.Option{Value: "no", Label: v.p.T("brain.judge.back"), Hint: v.p.T("brain.judge.back.hint")},
	}
	if x.Back > 0 {
		view.No = ui.Option{Value: "no", Label: v.p.T("brain.judge.explain"), Hint: v.p.T("brain.judge.explain.hint")}
	}
	if view.About, err = r.aboutRating(v, x); err != nil {
		return err
	}
	return web.Show(w, q, wrong, verdictPage(view))
}

// fixForm is a unit's account of how it put a bad rating right.
type fixForm struct {
	Words string `form:"words" max:"2000"`
}

type fixView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   fixForm
	FormID string
	Action string
	About  []ui.MetaItem
}

// FixPage shows one rectification that the reader's unit owes.
func (r *Room) FixPage(w http.ResponseWriter, q *http.Request) error {
	return r.fixAgain(w, q, fixForm{}, nil)
}

// Fix hands in the unit's account.
func (r *Room) Fix(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in fixForm
	if err = web.Decode(q, &in); err == nil {
		err = r.Rate.Fix(v.ctx, v.actor, q.PathValue("id"), in.Words)
	}
	if err != nil && fault.KindOf(err) == fault.Invalid {
		return r.fixAgain(w, q, in, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/rectify")
}

func (r *Room) fixAgain(w http.ResponseWriter, q *http.Request, in fixForm, wrong error) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	list, err := r.Rate.Mine(v.ctx, v.actor, v.actor.Unit, ordersMost)
	if err != nil {
		return err
	}
	x, err := pickRectification(list, q.PathValue("id"))
	if err != nil {
		return err
	}
	view := fixView{
		Desk: r.desk(v, v.p.T("brain.rectify.one"), "rectify"), Form: in, FormID: web.FormID(q), Action: "/rectify/" + x.ID,
		Errors: ui.Errors(v.p, wrong, "words", v.p.T("brain.rectify.account")),
	}
	if view.About, err = r.aboutRating(v, x); err != nil {
		return err
	}
	return web.Show(w, q, wrong, fixPage(view))
}
