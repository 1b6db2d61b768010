package frontline

import (
	"net/http"

	"banyan/internal/platform/geo"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"

	"github.com/a-h/templ"
)

type assignIn struct {
	Staff string `form:"staff" max:"40"`
}

// Assign gives the order to a colleague.
func (r *Room) Assign(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	staff, err := r.colleagues(s)
	if err != nil {
		return err
	}
	var in assignIn
	if err = web.Decode(q, &in); err == nil && in.Staff != "" {
		err = r.Staff.MustWork(s.ctx, in.Staff, s.order.Unit)
	}
	if err == nil {
		_, err = r.Cases.Assign(s.ctx, s.actor, s.order.ID, in.Staff)
	}
	return r.finish(w, q, s, formAssign, err, []string{"staff", s.p.T("frontline.assign.staff")}, func(errs []ui.FieldError) templ.Component {
		return assignBody(in, staff, errs)
	})
}

// colleagues are the people of the unit as options.
func (r *Room) colleagues(s sheet) ([]ui.Option, error) {
	staff, err := r.Staff.StaffOf(s.ctx, s.order.Unit)
	if err != nil {
		return nil, err
	}
	var out []ui.Option
	for _, p := range staff {
		name := p.Name
		if p.ID == s.actor.ID {
			name += s.p.T("frontline.in_brackets", "Words", s.p.T("frontline.assign.me"))
		}
		out = append(out, ui.Option{Value: p.ID, Label: name})
	}
	return out, nil
}

func offered(options []ui.Option, value string) bool {
	for _, o := range options {
		if o.Value == value {
			return true
		}
	}
	return false
}

type respondIn struct {
	Means string `form:"means" max:"20"`
	Words string `form:"words" max:"1000"`
}

// means are the ways to speak with a requester.
func means(v visit) []ui.Option {
	var out []ui.Option
	for _, m := range []string{"phone", "visit", "message"} {
		out = append(out, ui.Option{Value: m, Label: v.p.T("frontline.means." + m)})
	}
	return out
}

// Respond records the first contact with the requester.
func (r *Room) Respond(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	var in respondIn
	if err = web.Decode(q, &in); err == nil {
		if !offered(means(s.visit), in.Means) {
			in.Means = ""
		}
		_, err = r.Cases.Respond(s.ctx, s.actor, s.order.ID, in.Means, in.Words)
	}
	return r.finish(w, q, s, formRespond, err, []string{"means", s.p.T("frontline.respond.means"), "words", s.p.T("frontline.respond.words")},
		func(errs []ui.FieldError) templ.Component { return respondBody(in, means(s.visit), errs) })
}

type reportIn struct {
	Result string `form:"result" max:"2000"`
}

// Report ends an assisting or called unit's part.
func (r *Room) Report(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	var in reportIn
	if err = web.Decode(q, &in); err == nil {
		_, err = r.Cases.Report(s.ctx, s.actor, s.order.ID, in.Result)
	}
	return r.finish(w, q, s, formReport, err, []string{"result", s.p.T("frontline.report.result")},
		func(errs []ui.FieldError) templ.Component { return reportBody(in, errs) })
}

type assistIn struct {
	Unit  string `form:"unit" max:"100"`
	Words string `form:"words" max:"1000"`
}

// Assist asks a further unit to help, from the lead's own order.
func (r *Room) Assist(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	var in assistIn
	if err = web.Decode(q, &in); err == nil {
		var unit string
		if unit, err = r.unitNamed("unit", in.Unit, s.file.Case.Area); err == nil {
			_, err = r.Cases.Assist(s.ctx, s.actor, casework.Assist{Case: s.file.Case.ID, Unit: unit, Parent: s.order.ID, Instruction: in.Words})
		}
	}
	return r.finish(w, q, s, formAssist, err, []string{"unit", s.p.T("frontline.assist.unit"), "words", s.p.T("frontline.assist.words")},
		func(errs []ui.FieldError) templ.Component {
			return assistBody(in, r.unitOptions(s.visit, r.units(s.file.Case.Area)), errs)
		})
}

type checkInIn struct {
	Lat string `form:"lat" max:"20"`
	Lon string `form:"lon" max:"20"`
}

// CheckIn says that the unit is on the spot, with the browser's position when
// it gave one.
func (r *Room) CheckIn(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	var in checkInIn
	if err = web.Decode(q, &in); err == nil {
		var at geo.Point
		if at, err = point(in.Lat, in.Lon); err == nil {
			_, err = r.Cases.CheckIn(s.ctx, s.actor, casework.CheckingIn{Order: s.order.ID, Point: at})
		}
	}
	return r.finish(w, q, s, formCheckIn, err, nil, func(errs []ui.FieldError) templ.Component {
		return checkInBody(in, r.checkInPlace(s), errs)
	})
}
