package org

import (
	"slices"

	"banyan/internal/platform/i18n"
	"banyan/internal/register/area"
)

// Dept is a department or enterprise of the city with its offices in the districts.
type Dept struct {
	Code          string    `yaml:"code" json:"code"`
	Name          i18n.Text `yaml:"name" json:"name"`
	Short         i18n.Text `yaml:"short" json:"short"`
	Kind          Kind      `yaml:"kind" json:"kind"`
	Districts     Reach     `yaml:"districts" json:"districts"`
	DistrictName  i18n.Text `yaml:"district_name" json:"district_name"` // with {area}
	DistrictShort i18n.Text `yaml:"district_short" json:"district_short"`
	Group         string    `yaml:"group" json:"group"`
	DistrictGroup string    `yaml:"district_group" json:"district_group"`
	Tasks         i18n.Text `yaml:"tasks" json:"tasks"` // what it is for, in a line
}

// Reach says in which districts a department has an office: all, none, or these codes.
type Reach []string

// UnmarshalYAML reads "all", "none" or a list of district codes.
func (x *Reach) UnmarshalYAML(unmarshal func(any) error) error {
	var word string
	if err := unmarshal(&word); err == nil {
		*x = Reach{word}
		return nil
	}
	var codes []string
	if err := unmarshal(&codes); err != nil {
		return err
	}
	*x = codes
	return nil
}

// has tells whether there is an office in a district.
func (x Reach) has(district string) bool {
	return slices.Contains(x, "all") || slices.Contains(x, district)
}

// Front is the file org/front.yaml: what the units of subdistricts and communities are called.
type Front struct {
	Subdistrict map[string]FrontUnit `yaml:"subdistrict"` // by area.Sub: street, town, ...
	Community   map[string]FrontUnit `yaml:"community"`
	Groups      map[string]i18n.Text `yaml:"groups"`
}

// FrontUnit is the template of a unit: its code and its name with {area}.
type FrontUnit struct {
	Dept string    `yaml:"dept"`
	Name i18n.Text `yaml:"name"`
}

// departments makes each department's unit for the city and those for the districts in reach.
func (b *builder) departments(depts []Dept) {
	districts := b.r.areas.All(area.District)
	city := b.r.areas.City().Code
	for _, d := range depts {
		b.r.depts[d.Code] = d
		b.check(d)
		b.add(Unit{ID: city + "." + d.Code, Dept: d.Code, Area: city, Kind: d.Kind, Name: d.Name, Short: d.Short, Group: d.Group})
		for _, a := range districts {
			if a.Outside || !d.Districts.has(a.Code) {
				continue
			}
			b.add(Unit{
				ID: a.Code + "." + d.Code, Dept: d.Code, Area: a.Code, Parent: city + "." + d.Code, Kind: Office,
				Name: fillArea(d.DistrictName, a.Name), Short: fillArea(d.DistrictShort, a.Name), Group: d.DistrictGroup,
			})
		}
	}
}

// check looks at what a department needs for its units.
func (b *builder) check(d Dept) {
	problem := func(field, what string) {
		b.problems = append(b.problems, b.deptSource.Problem(d.Code, field, what))
	}
	if d.Kind != Department && d.Kind != Enterprise && d.Kind != Centre {
		problem("kind", "needs department, enterprise or centre")
	}
	if d.Name.Hans == "" || d.Short.Hans == "" {
		problem("name", "needs a name and a short one")
	}
	if len(d.Districts) == 0 {
		problem("districts", "needs all, none or a list of districts")
	}
	offices := false
	for _, code := range d.Districts {
		a, ok := b.r.areas.Get(code)
		offices = offices || code != "none"
		if code != "all" && code != "none" && (!ok || a.Kind != area.District) {
			problem("districts", "there is no district "+code)
		}
	}
	if offices && (d.DistrictName.Hans == "" || d.DistrictShort.Hans == "" || d.DistrictGroup == "") {
		problem("district_name", "offices need district_name, district_short and district_group")
	}
	if d.Group == "" {
		problem("group", "is missing: with whom is it compared?")
	}
}

// front makes the units of subdistricts and communities in reach.
func (b *builder) front(f Front) {
	b.r.groups = f.Groups
	for _, level := range []struct {
		kind      area.Kind
		unit      Kind
		templates map[string]FrontUnit
	}{{area.Subdistrict, Subdistrict, f.Subdistrict}, {area.Community, Community, f.Community}} {
		for _, a := range b.r.areas.All(level.kind) {
			if a.Outside {
				continue
			}
			t, ok := level.templates[a.Sub]
			if !ok || t.Dept == "" || t.Name.Hans == "" {
				b.problem("org/front.yaml", string(level.unit)+"."+a.Sub, "needs dept and name: "+a.Code+" is one")
				continue
			}
			b.add(Unit{
				ID: a.Code + "." + t.Dept, Dept: t.Dept, Area: a.Code, Kind: level.unit,
				Name: fillArea(t.Name, a.Name), Short: a.Name, Group: string(level.unit),
			})
		}
	}
}
