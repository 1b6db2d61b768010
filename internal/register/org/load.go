package org

import (
	"slices"

	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
)

// New makes the units of a pack over its areas. All that is wrong comes back as pack.Problems.
func New(p *pack.Pack, areas *area.Register) (*Register, error) {
	depts, deptSource, err := pack.Section(p, "org/departments", func(d Dept) string { return d.Code })
	ps := pack.AsProblems(err)
	front, err := pack.Object[Front](p, "org/front")
	ps = append(ps, pack.AsProblems(err)...)
	units, unitSource, err := pack.Section(p, "org/units", func(u Unit) string { return u.ID })
	ps = append(ps, pack.AsProblems(err)...)
	b := &builder{
		pack: p.Name, deptSource: deptSource, unitSource: unitSource,
		r: &Register{
			areas: areas, byID: map[string]int{}, byArea: map[string][]int{}, byDept: map[string][]int{},
			depts: map[string]Dept{},
		},
	}
	b.departments(depts)
	b.front(front)
	for _, u := range units {
		b.single(u)
	}
	b.index()
	b.parents()
	if ps = append(ps, b.problems...); len(ps) > 0 {
		return nil, ps
	}
	return b.r, nil
}

// builder gathers units and what is wrong with them.
type builder struct {
	pack                   string
	deptSource, unitSource pack.Sources
	r                      *Register
	problems               pack.Problems
}

func (b *builder) problem(file, field, what string) {
	p := pack.Problem{File: b.pack + "/" + file, Field: field, What: what}
	if !slices.Contains(b.problems, p) {
		b.problems = append(b.problems, p)
	}
}

// add takes a unit; a later one with the same id replaces it in its place.
func (b *builder) add(u Unit) {
	if i, known := b.r.byID[u.ID]; known {
		b.r.list[i] = u
		return
	}
	b.r.byID[u.ID] = len(b.r.list)
	b.r.list = append(b.r.list, u)
}

// single takes one row of org/units, which may replace a unit made from a template.
func (b *builder) single(u Unit) {
	problem := func(field, what string) {
		b.problems = append(b.problems, b.unitSource.Problem(u.ID, field, what))
	}
	kinds := []Kind{Department, Enterprise, Office, Subdistrict, Community, Centre}
	_, known := b.r.areas.Get(u.Area)
	switch {
	case u.ID != u.Area+"."+u.Dept:
		problem("id", "must be "+u.Area+"."+u.Dept+", its area and its dept")
	case !known:
		problem("area", "there is no area "+u.Area)
	case !slices.Contains(kinds, u.Kind):
		problem("kind", "needs department, enterprise, office, subdistrict, community or centre")
	case u.Name.Hans == "" || u.Short.Hans == "":
		problem("name", "needs a name and a short one")
	case u.Group == "":
		problem("group", "is missing: with whom is it compared?")
	case u.Staff < 0:
		problem("staff", "cannot be below 0")
	default:
		if old, ok := b.r.Get(u.ID); ok && u.Parent == "" {
			u.Parent = old.Parent
		}
		b.add(u)
	}
}

func (b *builder) index() {
	for i, u := range b.r.list {
		b.r.byArea[u.Area] = append(b.r.byArea[u.Area], i)
		b.r.byDept[u.Dept] = append(b.r.byDept[u.Dept], i)
	}
}

// parents gives each unit without one the unit above it: an office its department, a community its
// subdistrict, a subdistrict the centre of its district, a district's centre that of the city.
func (b *builder) parents() {
	for i := range b.r.list {
		u := &b.r.list[i]
		if _, ok := b.r.Get(u.Parent); u.Parent != "" && (!ok || u.Parent == u.ID) {
			b.problems = append(b.problems, b.unitSource.Problem(u.ID, "parent", "there is no unit "+u.Parent+" above it"))
		}
		if u.Parent == "" {
			u.Parent = b.above(*u)
		}
	}
	for _, u := range b.r.list {
		if b.circle(u) {
			b.problems = append(b.problems, b.unitSource.Problem(u.ID, "parent", "stands above itself"))
		}
	}
}

// circle tells whether a unit stands above itself.
func (b *builder) circle(u Unit) bool {
	up, ok := b.r.Get(u.Parent)
	for step := 0; ok && step < len(b.r.list); step++ {
		if up.ID == u.ID {
			return true
		}
		up, ok = b.r.Get(up.Parent)
	}
	return false
}

func (b *builder) above(u Unit) string {
	a, _ := b.r.areas.Get(u.Area) // every unit's area was looked at
	var parent Unit
	switch u.Kind {
	case Community:
		parent, _ = b.r.nearest(a.Parent, func(x Unit) bool { return x.Kind == Subdistrict })
	case Office:
		parent, _ = b.r.Office(u.Dept, a.Parent)
	case Subdistrict, Centre:
		parent, _ = b.r.Centre(a.Parent)
	}
	return parent.ID
}
