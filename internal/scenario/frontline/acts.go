package frontline

import (
	"net/http"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"

	"github.com/a-h/templ"
)

// Names of the forms, the last part of their address.
const (
	formAssign  = "assign"
	formRespond = "respond"
	formReport  = "report"
	formAssist  = "assist"
	formCheckIn = "checkin"
	formAsk     = "ask"
	formReply   = "reply"
)

// deed is a form and the action it does.
type deed struct {
	form, icon string
	action     casework.Action
}

// deeds lists the forms of an order; the first that is allowed is the strong one.
func deeds() []deed {
	return []deed{
		{formRespond, "phone", casework.ActRespond}, {formCheckIn, "pin", casework.ActCheckIn}, {formReply, "reply", casework.ActReply},
		{formReport, "check", casework.ActReport}, {formAssign, "user", casework.ActAssign}, {formAssist, "users", casework.ActAssist},
		{formAsk, "edit", casework.ActAsk},
	}
}

// acts are the forms that the order allows now.
func acts(s sheet) []ui.LinkView {
	var out []ui.LinkView
	for _, d := range deeds() {
		if s.may(d.action) {
			out = append(out, ui.LinkView{Label: s.p.T("frontline." + d.form + ".act"), Href: s.href(d.form), Icon: d.icon})
		}
	}
	for i := range out {
		if len(simple(s)) == 0 && i == 0 {
			out[i].Kind = "primary"
		}
	}
	return out
}

// simple are the deeds of one press that the order allows now.
func simple(s sheet) []postView {
	if !s.may(casework.ActSign) {
		return nil
	}
	return []postView{{Label: s.p.T("frontline.sign.act"), Href: s.href("sign"), Kind: "primary", Icon: "check"}}
}

// Sign takes note of an order.
func (r *Room) Sign(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	if _, err = r.Cases.Sign(s.ctx, s.actor, s.order.ID); err != nil {
		return r.refuseOrder(w, q, s, err)
	}
	return s.back(w, q)
}

// OrderForm shows the form named in the path, when the order allows it now.
func (r *Room) OrderForm(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	act := q.PathValue("act")
	for _, d := range deeds() {
		if d.form != act {
			continue
		}
		if !s.may(d.action) {
			return r.refuseOrder(w, q, s, fault.New(fault.Conflict, "frontline.not_now"))
		}
		body, err := r.blank(s, act, q.URL.Query().Get("kind"))
		if err != nil {
			return err
		}
		return r.form(w, q, s, act, nil, nil, body)
	}
	return fault.New(fault.NotFound, "web.error.not_found")
}

// blank gives a form as it is before anybody has typed.
func (r *Room) blank(s sheet, act, kind string) (templ.Component, error) {
	switch act {
	case formAssign:
		staff, err := r.colleagues(s)
		return assignBody(assignIn{Staff: s.order.Assignee}, staff, nil), err
	case formRespond:
		return respondBody(respondIn{}, means(s.visit), nil), nil
	case formReport:
		return reportBody(reportIn{}, nil), nil
	case formAssist:
		return assistBody(assistIn{}, r.unitOptions(s.visit, r.units(s.file.Case.Area)), nil), nil
	case formCheckIn:
		return checkInBody(checkInIn{}, r.checkInPlace(s), nil), nil
	case formAsk:
		return askBody(r.askView(s, askIn{Kind: kind}, nil)), nil
	default:
		return replyBody(r.replyView(s, replyIn{}, nil)), nil
	}
}

// form draws a form about the order with what was typed.
func (r *Room) form(w http.ResponseWriter, q *http.Request, s sheet, act string, refused error, errs []ui.FieldError, body templ.Component) error {
	h, err := r.heads(s.visit, s.file)
	if err != nil {
		return err
	}
	heading := s.p.T("frontline." + act + ".title")
	view := formView{
		Desk: r.desk(s.visit, heading, navWork), Heading: heading, Lead: s.p.T("frontline." + act + ".lead"), Title: h.title(s.file),
		Place: r.City.Areas.FullName(s.file.Case.Area, s.p.Lang), Back: s.href(""), BackText: s.p.T("frontline.back_to_order"), Action: s.href(act),
		FormID: web.FormID(q), Send: s.p.T("frontline." + act + ".send"), Files: act == formReply, Errors: errs, Body: body,
	}
	if act == formAsk && !isChange(q.FormValue("kind")) {
		view.Send = "" // the page asks which wish it is
	}
	if act == formReply || act == formCheckIn {
		view.Desk.Scripts = []string{"report.js"}
	}
	if due := s.file.OrderDue(s.order); !due.IsZero() {
		d := ui.Due(s.p, due, s.now, provisional(s.file, s.order))
		view.Due = &d
	}
	return web.Show(w, q, refused, formPage(view))
}

// finish leads back to the order, or shows the form again with what is wrong.
func (r *Room) finish(w http.ResponseWriter, q *http.Request, s sheet, act string, refused error, labels []string, body func(errs []ui.FieldError) templ.Component) error {
	switch {
	case refused == nil:
		return s.back(w, q)
	case !web.Again(refused):
		return refused
	}
	errs := ui.Errors(s.p, refused, labels...)
	return r.form(w, q, s, act, refused, errs, body(errs))
}
