package org

import (
	"slices"
	"strings"

	"banyan/internal/platform/i18n"
	"banyan/internal/register/area"
)

// Kind tells what sort of unit it is.
type Kind string

// The kinds of unit.
const (
	Department  Kind = "department" // of the city
	Enterprise  Kind = "enterprise" // water, gas, buses: answers like a department
	Office      Kind = "office"     // of a department or enterprise in a district
	Subdistrict Kind = "subdistrict"
	Community   Kind = "community"
	Centre      Kind = "centre" // the hotline and the district handling centres
)

// Unit is an office that can own work.
type Unit struct {
	ID     string    `yaml:"id" json:"id"`
	Dept   string    `yaml:"dept" json:"dept"`
	Area   string    `yaml:"area" json:"area"`
	Parent string    `yaml:"parent" json:"parent,omitempty"` // the unit above it, "" for none
	Kind   Kind      `yaml:"kind" json:"kind"`
	Name   i18n.Text `yaml:"name" json:"name"`
	Short  i18n.Text `yaml:"short" json:"short"`
	Staff  int       `yaml:"staff" json:"staff,omitempty"` // people working there; 0 when not known
	Group  string    `yaml:"group" json:"group"`           // units of one group are compared with each other
}

// Register holds all units of a city. It never changes after New and is safe for concurrent use.
type Register struct {
	areas  *area.Register
	list   []Unit
	byID   map[string]int
	byArea map[string][]int
	byDept map[string][]int
	depts  map[string]Dept
	groups map[string]i18n.Text
}

// Get gives the unit of that id; ok is false when there is none.
func (r *Register) Get(id string) (u Unit, ok bool) {
	i, ok := r.byID[id]
	if !ok {
		return Unit{}, false
	}
	return r.list[i], true
}

// Name is a unit's full name in a language; a unit that left the pack keeps its id.
func (r *Register) Name(id string, l i18n.Lang) string {
	if u, ok := r.Get(id); ok {
		return u.Name.In(l)
	}
	return id
}

// Short is a unit's short name in a language, its full name where it has none.
func (r *Register) Short(id string, l i18n.Lang) string {
	if u, ok := r.Get(id); ok && u.Short.In(l) != "" {
		return u.Short.In(l)
	}
	return r.Name(id, l)
}

// All lists every unit: departments with their offices, the front line, then single units.
func (r *Register) All() []Unit { return slices.Clone(r.list) }

// In lists the units of an area itself, not of those below it.
func (r *Register) In(code string) []Unit { return r.pick(r.byArea[code]) }

// Of lists the units of a department code, the city's own and those of the districts.
func (r *Register) Of(dept string) []Unit { return r.pick(r.byDept[dept]) }

// Group lists the units that are compared with each other.
func (r *Register) Group(group string) []Unit {
	var out []Unit
	for _, u := range r.list {
		if u.Group == group {
			out = append(out, u)
		}
	}
	return out
}

// GroupName is the name of a group of units in a language; a group without one keeps its code.
func (r *Register) GroupName(group string, l i18n.Lang) string {
	if name := r.groups[group].In(l); name != "" {
		return name
	}
	return group
}

// Dept gives a department of the pack; ok is false for codes only single units bear.
func (r *Register) Dept(code string) (d Dept, ok bool) {
	d, ok = r.depts[code]
	return d, ok
}

// Office gives the unit of a department that is responsible for an area: the one of the narrowest area around
// it, in the end the city's. In an area outside the city's reach only that area's own units are found.
func (r *Register) Office(dept, code string) (Unit, bool) {
	return r.nearest(code, func(u Unit) bool { return u.Dept == dept })
}

// Centre gives the handling centre for an area: the district's, else the city's hotline.
func (r *Register) Centre(code string) (Unit, bool) {
	return r.nearest(code, func(u Unit) bool { return u.Kind == Centre })
}

// nearest looks from an area upwards for the first unit that fits.
func (r *Register) nearest(code string, fits func(Unit) bool) (Unit, bool) {
	chain := r.areas.Chain(code)
	for i := len(chain) - 1; i >= 0; i-- {
		if i < len(chain)-1 && chain[i+1].Outside && !chain[i].Outside {
			return Unit{}, false
		}
		for _, at := range r.byArea[chain[i].Code] {
			if fits(r.list[at]) {
				return r.list[at], true
			}
		}
	}
	return Unit{}, false
}

func (r *Register) pick(at []int) []Unit {
	out := make([]Unit, len(at))
	for i, n := range at {
		out[i] = r.list[n]
	}
	return out
}

// fillArea puts an area's name where a template says {area}, each language in its own.
func fillArea(template, name i18n.Text) i18n.Text {
	fill := func(t, n string) string { return strings.ReplaceAll(t, "{area}", n) }
	return i18n.Text{
		Hans: fill(template.Hans, name.Hans),
		Hant: fill(template.Hant, name.In(i18n.ZhHant)),
		En:   fill(template.En, name.In(i18n.En)),
	}
}
