package hotline

import (
	"slices"
	"strings"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/casework"
)

func (r *Room) place(v visit, code string) string {
	if name := r.City.Areas.FullName(code, v.p.Lang); name != "" {
		return name
	}
	return r.City.Areas.City().Name.In(v.p.Lang)
}

// dutyName is a duty's code and name: C-114 道路照明设施维护.
func (r *Room) dutyName(v visit, code string) string {
	if d, ok := r.City.Duties.Get(code); ok {
		return d.Code + " " + d.Name.In(v.p.Lang)
	}
	return code
}

// by names who acted: a unit, the requester, or the program.
func (r *Room) by(v visit, b casework.By) string {
	switch {
	case b.Unit != "" && b.As != "":
		return v.p.T("hotline.by.unit_behalf", "Unit", r.City.Orgs.Short(b.Unit, v.p.Lang))
	case b.Unit != "":
		return r.City.Orgs.Short(b.Unit, v.p.Lang)
	case b.Kind == "citizen" || b.Kind == "guest":
		if b.As != "" {
			return v.p.T("hotline.by.behalf", "As", v.p.T("mandate.relation."+b.As))
		}
		return v.p.T("hotline.by.requester")
	}
	return v.p.T("hotline.by.system")
}

// limit says a time limit in words: 5 working days.
func limit(v visit, l calendar.Limit) string {
	if l.Amount == 0 {
		return ""
	}
	return v.p.T("hotline.limit."+l.Unit, "N", l.Amount)
}

// dutyOptions are all duties in force, for a field that proposes while typing.
func (r *Room) dutyOptions(v visit) []string {
	duties := r.City.Duties.At(v.now)
	out := make([]string, len(duties))
	for i, d := range duties {
		out[i] = d.Code + " " + d.Name.In(v.p.Lang)
	}
	return out
}

// unitOptions are the names of all units but the communities of other
// subdistricts.
func (r *Room) unitOptions(v visit, place string) []string {
	street := r.City.Areas.Subdistrict(place)
	var out []string
	for _, u := range r.City.Orgs.All() {
		if u.Kind != org.Community || street != "" && r.City.Areas.Subdistrict(u.Area) == street {
			out = append(out, u.Name.In(v.p.Lang))
		}
	}
	return out
}

// dutyNamed finds the duty that somebody typed: its code alone or before its
// name, or its name. No words are no duty.
func (r *Room) dutyNamed(v visit, field, words string) (duty.Duty, bool, error) {
	words = strings.TrimSpace(words)
	if words == "" {
		return duty.Duty{}, false, nil
	}
	code, _, _ := strings.Cut(words, " ")
	if d, ok := r.City.Duties.GetAt(strings.ToUpper(code), v.now); ok {
		return d, true, nil
	}
	for _, d := range r.City.Duties.At(v.now) {
		if named(d.Name, words) {
			return d, true, nil
		}
	}
	return duty.Duty{}, false, fault.Field(field, "hotline.duty_unknown", "Words", words)
}

// unitNamed finds the unit that somebody typed: by full name, short name or id;
// of units with one name the nearest to the place. No words are no unit.
func (r *Room) unitNamed(field, words, place string) (string, error) {
	words = strings.TrimSpace(words)
	if words == "" {
		return "", nil
	}
	if u, ok := r.City.Orgs.Get(words); ok {
		return u.ID, nil
	}
	chain := r.City.Areas.Chain(place)
	best, near := "", -2
	for _, u := range r.City.Orgs.All() {
		if !named(u.Name, words) && !named(u.Short, words) {
			continue
		}
		if at := slices.IndexFunc(chain, func(a area.Area) bool { return a.Code == u.Area }); at > near {
			best, near = u.ID, at
		}
	}
	if best == "" {
		return "", fault.Field(field, "hotline.unit_unknown", "Words", words)
	}
	return best, nil
}

func named(t i18n.Text, words string) bool {
	return words != "" && (strings.EqualFold(t.Hans, words) || strings.EqualFold(t.Hant, words) || strings.EqualFold(t.En, words))
}
