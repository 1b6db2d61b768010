package frontline

import (
	"net/http"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

type callFormView struct {
	In        callIn
	Errs      []ui.FieldError
	Suggested []unitChoice
	Others    []unitChoice
	Names     []string // for the field that proposes while typing
	Places    []ui.Option
	Shapes    string
	Place     string
}

type unitChoice struct {
	ID, Name, Why string
	Checked       bool
}

// CallForm shows the form that calls units to the spot.
func (r *Room) CallForm(w http.ResponseWriter, q *http.Request) error {
	d, err := r.dossier(q)
	if err != nil {
		return err
	}
	if !d.may(casework.ActCall, "", "") {
		return r.judged(w, q, d, fault.New(fault.Conflict, "frontline.not_now"), judgeIn{})
	}
	return r.showCall(w, q, d, callIn{Area: d.file.Case.Area}, nil)
}

// Call calls units to the spot.
func (r *Room) Call(w http.ResponseWriter, q *http.Request) error {
	d, err := r.dossier(q)
	if err != nil {
		return err
	}
	var in callIn
	if err = web.Decode(q, &in); err == nil {
		var calling casework.Calling
		if calling, err = r.calling(d, in); err == nil {
			_, err = r.Cases.Call(d.ctx, d.actor, calling)
		}
	}
	switch {
	case err == nil:
		return web.Redirect(w, q, d.href()+"#calls")
	case web.Again(err):
		return r.showCall(w, q, d, in, err)
	}
	return err
}

func (r *Room) showCall(w http.ResponseWriter, q *http.Request, d dossier, in callIn, refused error) error {
	h, err := r.heads(d.visit, d.file)
	if err != nil {
		return err
	}
	t := d.p.T
	labels := []string{"units", t("frontline.call.units"), "more", t("frontline.call.more"), "words", t("frontline.call.words"), "area", t("frontline.call.area")}
	errs := ui.Errors(d.p, refused, labels...)
	body := r.callForm(d, in, errs)
	view := formView{
		Desk: r.desk(d.visit, t("frontline.call.title"), navCalls), Heading: t("frontline.call.title"), Lead: t("frontline.call.lead"),
		Title: h.title(d.file), Place: r.City.Areas.FullName(d.file.Case.Area, d.p.Lang), Back: d.href(), BackText: t("frontline.back_to_case"),
		Action: d.href() + "/call", FormID: web.FormID(q), Send: t("frontline.call.send"), Errors: errs, Body: callBody(body),
	}
	view.Desk.Scripts = []string{"report.js"}
	return web.Show(w, q, refused, formPage(view))
}

func (r *Room) callForm(d dossier, in callIn, errs []ui.FieldError) callFormView {
	c := d.file.Case
	view := callFormView{In: in, Errs: errs, Places: r.places(d), Shapes: r.City.Shapes, Place: r.City.Areas.FullName(c.Area, d.p.Lang)}
	offices := r.units(c.Area)
	view.Names = r.unitOptions(d.visit, offices)
	taken := map[string]bool{}
	add := func(list *[]unitChoice, id, why string) {
		if id != "" && !taken[id] && id != d.actor.Unit {
			taken[id] = true
			*list = append(*list, unitChoice{ID: id, Name: r.City.Orgs.Short(id, d.p.Lang), Why: why, Checked: slices.Contains(in.Units, id)})
		}
	}
	add(&view.Suggested, c.Lead, d.p.T("frontline.call.why_lead"))
	if row, ok := r.City.Duties.Get(c.Duty); ok {
		for _, id := range r.assisting(d, row) {
			add(&view.Suggested, id, d.p.T("frontline.call.why_assisting"))
		}
	}
	for _, u := range offices {
		if u.Kind == org.Office {
			add(&view.Others, u.ID, "")
		}
	}
	return view
}

// assisting lists the units that a duty calls in at the case's place, whatever
// their condition says: the caller sees the spot and chooses.
func (r *Room) assisting(d dossier, row duty.Duty) []string {
	var out []string
	for _, p := range row.Assisting {
		if u, ok := r.City.Orgs.Office(p.Dept, d.file.Case.Area); ok {
			out = append(out, u.ID)
		}
	}
	return out
}

// places are where units can be called to: the case's own area, and the
// communities of its subdistrict.
func (r *Room) places(d dossier) []ui.Option {
	own := d.file.Case.Area
	out := []ui.Option{{Value: own, Label: r.City.Areas.FullName(own, d.p.Lang)}}
	if sub := r.City.Areas.Subdistrict(own); sub != "" {
		for _, a := range r.City.Areas.Children(sub) {
			if a.Kind == area.Community && a.Code != own {
				out = append(out, ui.Option{Value: a.Code, Label: a.Name.In(d.p.Lang)})
			}
		}
	}
	return out
}
