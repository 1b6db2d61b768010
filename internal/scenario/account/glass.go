package account

import (
	"net/http"

	"banyan/internal/platform/web"
	"banyan/web/ui"
)

// glassForm is the reason for which somebody lifts their own limit.
type glassForm struct {
	Reason string `form:"reason" max:"300" required:"true"`
}

type glassView struct {
	Desk   ui.DeskView
	Errors []ui.FieldError
	Form   glassForm
	FormID string
	Done   bool
}

// GlassForm explains what lifting the limit means before it is done.
func (r *Room) GlassForm(w http.ResponseWriter, q *http.Request) error {
	return r.glassAgain(w, q, glassView{Done: q.URL.Query().Has("done")}, nil)
}

// Glass lifts the limit of looks at people for an hour; a supervisor reviews the reason.
func (r *Room) Glass(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	actor, err := r.Actor(q)
	if err != nil {
		return err
	}
	var in glassForm
	if err = web.Decode(q, &in); err == nil {
		err = r.Trail.Break(v.ctx, actor, in.Reason)
	}
	if err != nil && web.Again(err) {
		return r.glassAgain(w, q, glassView{Form: in}, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, q, "/account/glass?done")
}

func (r *Room) glassAgain(w http.ResponseWriter, q *http.Request, view glassView, err error) error {
	v, errVisit := r.visit(q)
	if errVisit != nil {
		return errVisit
	}
	view.Desk, view.FormID = r.desk(q, v, v.p.T("account.glass.title"), "glass"), web.FormID(q)
	view.Errors = ui.Errors(v.p, err, "reason", v.p.T("account.glass.reason"))
	return web.Show(w, q, err, glassPage(view))
}
