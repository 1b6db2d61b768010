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

// unitName is a unit's short name in the reader's language; a unit that left
// the pack keeps its id.
func (r *Room) unitName(v visit, id string) string {
	u, ok := r.City.Orgs.Get(id)
	if !ok {
		return id
	}
	if short := u.Short.In(v.p.Lang); short != "" {
		return short
	}
	return u.Name.In(v.p.Lang)
}

func (r *Room) place(v visit, code string) string {
	return r.City.Areas.FullName(code, v.p.Lang)
}

func (r *Room) dutyName(v visit, code string) string {
	if d, ok := r.City.Duties.Get(code); ok {
		return d.Name.In(v.p.Lang)
	}
	return code
}

func (r *Room) kindName(v visit, code string) string {
	if k, ok := r.City.Duties.Kind(code); ok {
		return k.Name.In(v.p.Lang)
	}
	return code
}

func (r *Room) reasonName(v visit, code string) string {
	if x, ok := r.City.Duties.Reason(code); ok {
		return x.Name.In(v.p.Lang)
	}
	return code
}

// by names who acted: a unit, the requester, or the program.
func (r *Room) by(v visit, b casework.By) string {
	switch {
	case b.Unit != "":
		return r.unitName(v, b.Unit)
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
