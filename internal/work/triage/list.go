package triage

import (
	"errors"
	"io/fs"
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
)

// Lists are the registers of one pack as triage reads them; they never change.
type Lists struct {
	areas   *area.Register
	units   *org.Register
	duties  *duty.Register
	classes map[string]duty.Category // by classifier label
	general map[string]string        // category code -> the duty that takes what no other does
	last    string                   // the duty that takes what fits no category either; may be empty
}

// settings is the file triage.yaml; it may be missing.
type settings struct {
	General map[string]string `yaml:"general"`
	Last    string            `yaml:"last"`
}

// NewLists takes the registers of a pack and its triage.yaml. What is wrong there comes back as
// pack.Problems.
func NewLists(p *pack.Pack, areas *area.Register, units *org.Register, duties *duty.Register) (*Lists, error) {
	l := &Lists{areas: areas, units: units, duties: duties, classes: map[string]duty.Category{}}
	for _, c := range duties.Categories() {
		if c.Label != "" {
			l.classes[c.Label] = c
		}
	}
	if _, err := p.File("triage.yaml"); errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	set, err := pack.Object[settings](p, "triage")
	problems := pack.AsProblems(err)
	for category, code := range set.General {
		_, known := duties.Category(category)
		if d, ok := duties.Get(code); !known || !ok || d.Category != category {
			problems = append(problems, pack.Problem{File: p.Name + "/triage.yaml", Field: "general." + category,
				What: code + " is no duty of that category"})
		}
	}
	if _, ok := duties.Get(set.Last); !ok && set.Last != "" {
		problems = append(problems, pack.Problem{File: p.Name + "/triage.yaml", Field: "last", What: set.Last + " is no duty"})
	}
	l.general, l.last = set.General, set.Last
	return l, problems.Err()
}

// facts are what the conditions of a duty may speak of.
func facts(in Input) duty.Facts {
	return duty.Facts{Text: in.Subject + "\n" + in.Text, Kind: in.Kind, Urgent: in.Urgent}
}

// resolve gives the units of a duty. With a condition that cannot be evaluated it gives the lead all
// the same, beside the error.
func (l *Lists) resolve(d duty.Duty, in Input) (duty.Assignment, error) {
	place := in.Area
	if _, ok := l.areas.Get(place); !ok {
		place = l.areas.City().Code
	}
	got, err := l.duties.Resolve(d, place, facts(in))
	if err != nil && fault.KindOf(err) == fault.Internal {
		d.Assisting = nil
		if lead, again := l.duties.Resolve(d, place, facts(in)); again == nil {
			got = lead
		}
	}
	return got, err
}

// hotline is the unit that decides by hand.
func (l *Lists) hotline() org.Unit {
	city := l.areas.City().Code
	if u, ok := l.units.Centre(city); ok {
		return u
	}
	return org.Unit{ID: city + ".12345", Name: i18n.Text{Hans: "12345"}}
}

func units(list []duty.Assist) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Unit.ID)
	}
	return slices.Clip(out)
}
