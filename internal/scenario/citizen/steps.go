package citizen

import (
	"net/http"
	"slices"
	"strconv"

	"banyan/internal/platform/web"
	"banyan/internal/register/area"
	"banyan/internal/work/request"
	"banyan/web/ui"
)

// showStep draws one step with everything that was typed so far.
func (r *Room) showStep(w http.ResponseWriter, q *http.Request, v visit, d *draft, step string, wrong error) error {
	d.Step, d.Kept = step, r.sealPhotos(web.FormID(q), d.photos)
	view := stepView{CitizenView: r.task(v, v.p.T("citizen.report.title"), "/"), draft: d, form: web.FormID(q), acting: v.actingName()}
	view.Step = v.p.T("citizen.report.step." + step)
	view.errs = ui.Errors(v.p, wrong, r.labels(v)...)
	view.photos = r.draftPhotos(v, d)
	if code := r.area(d); code != "" {
		view.place = r.Cases.City.Areas.FullName(code, v.lang())
	}
	if err := r.fill(v, &view); err != nil {
		return err
	}
	return web.Show(w, q, wrong, r.body(view))
}

// fill adds what one step needs beside the draft.
func (r *Room) fill(v visit, view *stepView) (err error) {
	d := view.draft
	switch d.Step {
	case stepPlace:
		view.Scripts = []string{"report.js"}
		view.shapes = r.Shapes
		view.districts = r.areas(v, r.Cases.City.Areas.City().Code)
		view.narrower = r.narrower(v, d)
	case stepWords:
		if d.Kind == "" {
			d.Kind = r.usualKind()
		}
		view.kinds = r.kinds(v)
		view.understood, err = r.understood(v, d)
	case stepContact:
		kind, _ := r.Requests.Terms().Kind(d.Kind) // without a kind nothing more is allowed
		view.kind = kind
		if view.publish, err = r.publishText(v, kind); err == nil {
			err = r.prefill(v, d)
		}
	case stepCheck:
		view.summary = r.summary(v, d)
	}
	return err
}

func (r *Room) publishText(v visit, kind request.Kind) (publishText, error) {
	text, may, err := r.Requests.PublishText(v.ctx)
	if err != nil || !may || !kind.Public {
		return publishText{}, err
	}
	return publishText{may: true, ask: text.Ask.In(v.lang()), what: text.What.In(v.lang()) + " " + text.After.In(v.lang()), version: text.Version}, nil
}

// version writes the number of a text, "" for none.
func version(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// usualKind is asking for help, the first kind where a pack has no such.
func (r *Room) usualKind() string {
	terms := r.Requests.Terms()
	if _, ok := terms.Kind("help"); ok || len(terms.Kinds) == 0 {
		return "help"
	}
	return terms.Kinds[0].Code
}

func (r *Room) kinds(v visit) []ui.Option {
	var list []ui.Option
	for _, k := range r.Requests.Terms().Kinds {
		list = append(list, ui.Option{Value: k.Code, Label: k.Name.In(v.lang())})
	}
	return list
}

// areas are the areas directly below one, as options.
func (r *Room) areas(v visit, code string) []ui.Option {
	var list []ui.Option
	for _, a := range r.Cases.City.Areas.Children(code) {
		if a.Kind != area.Grid {
			list = append(list, ui.Option{Value: a.Code, Label: a.Name.In(v.lang())})
		}
	}
	return list
}

// narrower is the choice below a chosen district, and below a chosen subdistrict of it.
func (r *Room) narrower(v visit, d *draft) narrowerView {
	n := narrowerView{offered: d.District, subdistrict: d.Subdistrict, community: d.Community}
	if d.District == "" {
		return n
	}
	n.subdistricts = r.areas(v, d.District)
	if r.Cases.City.Areas.Within(d.Subdistrict, d.District) {
		n.communities = r.areas(v, d.Subdistrict)
	}
	return n
}

// summary is the answers to be checked, each with the step where it is changed.
func (r *Room) summary(v visit, d *draft) []answer {
	kind, _ := r.Requests.Terms().Kind(d.Kind) // checked with its step
	place := r.Cases.City.Areas.FullName(r.area(d), v.lang())
	if d.Address != "" {
		place += " " + d.Address
	}
	contact := v.p.T("citizen.report.anonymous.yes")
	switch {
	case v.actor.Acts():
		contact = v.p.T("mandate.report.for", "Name", v.actingName())
	case !d.Anonymous:
		contact = d.Phone
		if d.Name != "" {
			contact = d.Name + " · " + d.Phone
		}
	}
	list := []answer{{stepPlace, v.p.T("citizen.report.where"), place}, {stepWords, v.p.T("citizen.report.label.words"), d.Words}, {stepWords, v.p.T("citizen.report.kind"), kind.Name.In(v.lang())}}
	if duty, ok := r.Cases.City.Duties.Get(d.Duty); ok {
		list = append(list, answer{stepWords, v.p.T("citizen.report.topic"), duty.Name.In(v.lang())})
	}
	list = append(list, answer{stepContact, v.p.T("citizen.report.contact"), contact})
	if kind.Public && !v.actor.Acts() {
		list = append(list, answer{stepContact, v.p.T("citizen.report.publish"), v.p.T(yesNo("citizen.report.publish", d.Publish))})
	}
	return list
}

func yesNo(key string, yes bool) string {
	if yes {
		return key + ".yes"
	}
	return key + ".no"
}

func (r *Room) labels(v visit) []string {
	var list []string
	for _, f := range []string{"photos", "district", "words", "kind", "phone", "name"} {
		list = append(list, f, v.p.T("citizen.report.label."+f))
	}
	return list
}

// draftPhotos shows the photos that are stored but not sent; the address is signed because they belong to nobody.
func (r *Room) draftPhotos(v visit, d *draft) []photoView {
	var list []photoView
	for i, p := range d.photos {
		list = append(list, photoView{key: p.Key, src: "/photos/" + p.Key + "/thumb?draft=" + r.sign("draft", p.Key), alt: v.p.T("citizen.photo.alt", "N", i+1)})
	}
	return slices.Clip(list)
}
