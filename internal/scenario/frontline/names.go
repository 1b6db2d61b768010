package frontline

import (
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
)

// by names who acted: a unit, the requester, or the program.
func (r *Room) by(v visit, b casework.By) string {
	switch {
	case b.Unit != "" && b.As != "":
		return v.p.T("hotline.by.unit_behalf", "Unit", r.City.Orgs.Short(b.Unit, v.p.Lang))
	case b.Unit != "":
		return r.City.Orgs.Short(b.Unit, v.p.Lang)
	case b.As != "":
		return v.p.T("hotline.by.behalf", "As", v.p.T("mandate.relation."+b.As))
	case b.Kind == "citizen" || b.Kind == "guest":
		return v.p.T("frontline.by.requester")
	default:
		return v.p.T("frontline.by.system")
	}
}

// limit says a time limit in words: 5 working days.
func limit(v visit, l calendar.Limit) string {
	if l.Amount == 0 {
		return ""
	}
	return v.p.T("frontline.limit."+l.Unit, "N", l.Amount)
}

// units lists who can be asked for a matter in an area: the offices of its
// district and subdistrict, then the departments of the city.
func (r *Room) units(code string) []org.Unit {
	var out []org.Unit
	chain := r.City.Areas.Chain(code)
	slices.Reverse(chain)
	for _, a := range chain {
		if a.Kind != area.Grid {
			out = append(out, r.City.Orgs.In(a.Code)...)
		}
	}
	return slices.DeleteFunc(out, func(u org.Unit) bool { return u.Kind == org.Centre })
}

// unitOptions are the full names of units for a field that proposes while typing.
func (r *Room) unitOptions(v visit, units []org.Unit) []string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name.In(v.p.Lang)
	}
	return names
}

// unitNamed finds the unit that somebody typed: by full name, short name or id.
// No words are no unit; unknown words are a wrong field.
func (r *Room) unitNamed(field, words, code string) (string, error) {
	words = strings.TrimSpace(words)
	if words == "" {
		return "", nil
	}
	if u, ok := r.City.Orgs.Get(words); ok {
		return u.ID, nil
	}
	for _, u := range r.units(code) {
		for _, name := range []string{u.Name.Hans, u.Name.Hant, u.Name.En, u.Short.Hans, u.Short.Hant, u.Short.En} {
			if name != "" && strings.EqualFold(name, words) {
				return u.ID, nil
			}
		}
	}
	return "", fault.Field(field, "frontline.unit_unknown", "Words", words)
}
