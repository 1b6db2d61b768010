package duty

import (
	"fmt"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
)

// Facts are what the conditions of a duty may speak of.
type Facts struct {
	Text   string // the requester's words; never shown in a reason
	Kind   string // kind of request
	Urgent bool
}

// Assignment is a duty turned into units for one place.
type Assignment struct {
	Lead        org.Unit
	Assisting   []Assist
	Subdistrict org.Unit  // zero when the place is wider than one
	Role        i18n.Text // what the subdistrict does meanwhile
}

// Assist is a unit that assists; Why is the condition that called it in, empty when it always does.
type Assist struct {
	Unit org.Unit
	Why  string
}

// Resolve finds the units for a duty at a place. Where a district has no office, or the place is the whole city,
// the city's department stands in; for a subdistrict or community that is not known, the handling centre. A place
// outside the city's reach is fault.Invalid duty.outside, which says where to go; a rule that cannot be evaluated
// is an error.
func (r *Register) Resolve(d Duty, code string, facts Facts) (Assignment, error) {
	at, ok := r.areas.Get(code)
	if !ok {
		return Assignment{}, fault.New(fault.Invalid, "duty.unknown_area", "Area", code)
	}
	if at.Outside {
		return Assignment{}, r.outside(at)
	}
	lead, ok := r.unit(d.Lead, code)
	if !ok {
		return Assignment{}, fault.New(fault.Internal, "duty.no_unit", "Duty", d.Name, "Area", at.Name)
	}
	out := Assignment{Lead: lead, Role: d.Subdistrict}
	if sub := r.areas.Subdistrict(code); sub != "" {
		out.Subdistrict, _ = r.front(sub, org.Subdistrict)
	}
	vals := map[string]any{"text": facts.Text, "area": code, "kind": facts.Kind, "urgent": facts.Urgent}
	taken := map[string]bool{lead.ID: true}
	for _, p := range d.Assisting {
		called, err := r.holds(p.When, vals)
		if err != nil {
			return Assignment{}, fmt.Errorf("resolve duty %s: %w", d.Code, err)
		}
		u, found := r.unit(p, code)
		if called && found && !taken[u.ID] {
			taken[u.ID] = true
			out.Assisting = append(out.Assisting, Assist{Unit: u, Why: p.When})
		}
	}
	return out, nil
}

// holds tells whether a condition is empty or true.
func (r *Register) holds(expr string, vals map[string]any) (bool, error) {
	if expr == "" {
		return true, nil
	}
	x, ok := r.rules[expr]
	if !ok {
		return false, fmt.Errorf("the condition %q is not of this list", expr)
	}
	return x.Eval(vals)
}

// outside is the refusal for a place other authorities answer for: its own centre when the pack names one,
// else the widest area outside the city's reach.
func (r *Register) outside(at area.Area) error {
	where := at.Name
	if own, ok := r.units.Centre(at.Code); ok {
		where = own.Name
	} else {
		for _, a := range r.areas.Chain(at.Code) {
			if a.Outside {
				where = a.Name
				break
			}
		}
	}
	return fault.New(fault.Invalid, "duty.outside", "Area", at.Name, "Where", where)
}

// unit finds a party's unit around a place.
func (r *Register) unit(p Party, code string) (org.Unit, bool) {
	city := r.areas.City().Code
	switch p.Level {
	case CityLevel:
		return r.units.Office(p.Dept, city)
	case DistrictLevel:
		if district := r.areas.District(code); district != "" {
			return r.units.Office(p.Dept, district)
		}
		return r.units.Office(p.Dept, city)
	}
	u, ok := r.units.Office(p.Dept, code)
	if ok && (u.Kind == org.Subdistrict || u.Kind == org.Community) {
		return u, true
	}
	if sub := r.areas.Subdistrict(code); p.Level == CommunityLevel && sub != "" {
		return r.front(sub, org.Subdistrict)
	}
	return r.units.Centre(code)
}

// front gives the front-line unit of an area.
func (r *Register) front(code string, kind org.Kind) (org.Unit, bool) {
	for _, u := range r.units.In(code) {
		if u.Kind == kind {
			return u, true
		}
	}
	return org.Unit{}, false
}
