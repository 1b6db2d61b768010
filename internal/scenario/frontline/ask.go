package frontline

import (
	"net/http"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/calendar"
	"banyan/internal/work/casework"
	"banyan/web/ui"

	"github.com/a-h/templ"
)

type askIn struct {
	Kind     string `form:"kind" max:"20"`
	Reason   string `form:"reason" max:"40"`
	Words    string `form:"words" max:"2000"`
	Proposed string `form:"proposed" max:"100"`
	Extra    int    `form:"extra"`
	Unit     string `form:"extra_unit" max:"20"`
	Plan     string `form:"plan" max:"2000"`
	Review   string `form:"review" max:"10"`
}

type askView struct {
	In      askIn
	Errs    []ui.FieldError
	Kinds   []ui.Row // the choice, while no kind is chosen
	Kind    string   // its name
	Reasons []ui.Option
	Extra   []ui.Option // units of time that fit the clock
	Units   []string
}

func changeKinds() []casework.ChangeKind {
	return []casework.ChangeKind{casework.Extension, casework.Park, casework.Return, casework.Dispute, casework.OutOfScope}
}

func isChange(kind string) bool { return slices.Contains(changeKinds(), casework.ChangeKind(kind)) }

func (r *Room) askView(s sheet, in askIn, errs []ui.FieldError) askView {
	view := askView{In: in, Errs: errs}
	if !isChange(in.Kind) {
		view.In.Kind = ""
		for _, k := range changeKinds() {
			view.Kinds = append(view.Kinds, ui.Row{
				Title: s.p.T("casework.change." + string(k)), Sub: s.p.T("frontline.ask.hint." + string(k)), Href: s.href(formAsk) + "&kind=" + string(k),
			})
		}
		return view
	}
	view.Kind = s.p.T("casework.change." + in.Kind)
	for _, x := range r.City.Duties.Reasons(in.Kind) {
		view.Reasons = append(view.Reasons, ui.Option{Value: x.Code, Label: x.Name.In(s.p.Lang)})
	}
	for _, unit := range extraUnits(s.file) {
		view.Extra = append(view.Extra, ui.Option{Value: unit, Label: s.p.T("frontline.unit_of_time." + unit)})
	}
	view.Units = r.unitOptions(s.visit, r.units(s.file.Case.Area))
	return view
}

// extraUnits are the units of time an extension can be asked in: those of the
// clock's own way of counting.
func extraUnits(f *casework.File) []string {
	for _, c := range f.Clocks {
		if c.Kind == casework.ClockResolve && c.Live() && c.Base == calendar.AllTime {
			return []string{calendar.Days, calendar.Hours24}
		}
	}
	return []string{calendar.WorkDays, calendar.WorkHours}
}

// Ask hands in a wish for an extension, a parking, a return, a ruling or out of scope.
func (r *Room) Ask(w http.ResponseWriter, q *http.Request) error {
	s, err := r.sheet(q)
	if err != nil {
		return err
	}
	var in askIn
	if err = web.Decode(q, &in); err == nil {
		var asking casework.Asking
		if asking, err = r.asking(s, in); err == nil {
			_, err = r.Cases.Ask(s.ctx, s.actor, asking)
		}
	}
	labels := []string{
		"reason", s.p.T("frontline.ask.reason"), "words", s.p.T("frontline.ask.words"), "proposed", s.p.T("frontline.ask.proposed"),
		"extra", s.p.T("frontline.ask.extra"), "plan", s.p.T("frontline.ask.plan"), "review", s.p.T("frontline.ask.review"),
	}
	return r.finish(w, q, s, formAsk, err, labels, func(errs []ui.FieldError) templ.Component { return askBody(r.askView(s, in, errs)) })
}

// asking turns the form into a wish. A reason must be one of its kind; what the
// reason needs beyond words is asked for here, the rest by casework.
func (r *Room) asking(s sheet, in askIn) (casework.Asking, error) {
	out := casework.Asking{Order: s.order.ID, Kind: casework.ChangeKind(in.Kind), Reason: in.Reason, Words: in.Words, Plan: in.Plan}
	reason, known := r.City.Duties.Reason(in.Reason)
	if in.Reason != "" && (!known || reason.For != in.Kind) {
		return out, fault.Field("reason", "casework.need.reason")
	}
	var err error
	if out.Proposed, err = r.unitNamed("proposed", in.Proposed, s.file.Case.Area); err != nil {
		return out, err
	}
	proposes := out.Kind == casework.Return || out.Kind == casework.Dispute
	if proposes && out.Proposed == "" && slices.Contains(reason.Needs, "unit") {
		return out, fault.Field("proposed", "frontline.ask.needs_unit")
	}
	if out.Kind == casework.Extension && in.Extra > 0 {
		out.Extra = calendar.Limit{Amount: in.Extra, Unit: in.Unit, From: calendar.FromNow}
		if out.Extra.Check() != nil || !slices.Contains(extraUnits(s.file), in.Unit) {
			return out, fault.Field("extra", "frontline.ask.extra_wrong")
		}
	}
	if out.Kind == casework.Park && in.Review != "" {
		if out.ReviewAt, err = day("review", in.Review); err != nil {
			return out, err
		}
	}
	return out, nil
}

// day reads a date as the last minute of that day in the city, 23:59.
func day(field, text string) (time.Time, error) {
	t, err := time.ParseInLocation(time.DateOnly, text, clock.City)
	if err != nil {
		return time.Time{}, fault.Field(field, "frontline.date_wrong")
	}
	return t.Add(24*time.Hour - time.Minute).UTC(), nil
}
