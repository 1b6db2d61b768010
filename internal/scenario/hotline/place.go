package hotline

import (
	"cmp"
	"slices"
	"strings"

	"banyan/internal/register/area"
	"banyan/web/ui"
)

// placeView is the part of the form that says where.
type placeView struct {
	Where, Found string
	Name         string // of the area as it is now
	Maybe        []ui.Option
	Levels       []ui.SelectView
	Unknown      bool
}

// maybeMost is how many places of one name are shown.
const maybeMost = 6

// settle looks up what was typed as the place since the last time and sets the
// three choices to it; a choice made later wins over words looked up before.
func (r *Room) settle(in *callForm) {
	in.Where = strings.TrimSpace(in.Where)
	if in.Where != "" && in.Where != in.Found {
		if found := r.places(in.Where); len(found) > 0 {
			in.District, in.Subdistrict, in.Community = r.levels(found[0].Code)
		}
		in.Found = in.Where
	}
	if !r.below(in.Subdistrict, in.District) {
		in.Subdistrict = ""
	}
	if !r.below(in.Community, in.Subdistrict) {
		in.Community = ""
	}
}

// below tells whether an area lies directly in another one.
func (r *Room) below(code, parent string) bool {
	a, ok := r.City.Areas.Get(code)
	return ok && parent != "" && a.Parent == parent
}

// places finds areas by code or in words, the narrowest first.
func (r *Room) places(text string) []area.Area {
	if a, ok := r.City.Areas.Get(text); ok {
		return []area.Area{a}
	}
	var out []area.Area
	for _, m := range r.City.Areas.Find(text) {
		if !slices.ContainsFunc(out, func(a area.Area) bool { return a.Code == m.Area.Code }) {
			out = append(out, m.Area)
		}
	}
	slices.SortStableFunc(out, func(a, b area.Area) int { return cmp.Compare(len(b.Path), len(a.Path)) })
	return out
}

// levels are the district, subdistrict and community of an area.
func (r *Room) levels(code string) (district, street, community string) {
	for _, a := range r.City.Areas.Chain(code) {
		switch a.Kind {
		case area.District, area.Zone:
			district = a.Code
		case area.Subdistrict:
			street = a.Code
		case area.Community:
			community = a.Code
		}
	}
	return district, street, community
}

// areaOf is the narrowest area that is chosen; empty is the city.
func (r *Room) areaOf(in callForm) string {
	r.settle(&in)
	return cmp.Or(in.Community, in.Subdistrict, in.District)
}

func (r *Room) placeView(v visit, in callForm) placeView {
	p := placeView{Where: in.Where, Found: in.Found}
	if code := r.areaOf(in); code != "" {
		p.Name = r.place(v, code)
	}
	found := r.places(in.Where)
	p.Unknown = in.Where != "" && len(found) == 0
	for i, a := range found[:min(len(found), maybeMost)] {
		if i > 0 && !strings.HasPrefix(found[0].Path, a.Path) { // what lies around the first is no other place
			p.Maybe = append(p.Maybe, ui.Option{Value: a.Code, Label: r.place(v, a.Code)})
		}
	}
	districts := append(r.City.Areas.All(area.District), r.City.Areas.All(area.Zone)...)
	p.Levels = []ui.SelectView{r.level(v, "district", in.District, districts)}
	if in.District != "" {
		p.Levels = append(p.Levels, r.level(v, "subdistrict", in.Subdistrict, r.City.Areas.Children(in.District)))
	}
	if in.Subdistrict != "" {
		p.Levels = append(p.Levels, r.level(v, "community", in.Community, r.City.Areas.Children(in.Subdistrict)))
	}
	return p
}

func (r *Room) level(v visit, name, value string, list []area.Area) ui.SelectView {
	s := ui.SelectView{Name: name, Label: v.p.T("hotline.field." + name), Value: value, Empty: v.p.T("hotline.place.any")}
	for _, a := range list {
		s.Options = append(s.Options, ui.Option{Value: a.Code, Label: a.Name.In(v.p.Lang)})
	}
	return s
}
