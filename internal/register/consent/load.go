package consent

import (
	"fmt"
	"regexp"
	"slices"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
	"banyan/internal/register/org"
)

// Load reads purposes.yaml. The error is pack.Problems.
func Load(p *pack.Pack, areas *area.Register, units *org.Register) (*Register, error) {
	rows, from, err := pack.Section(p, "purposes", func(one Purpose) string { return one.ID })
	problems := pack.AsProblems(err)
	r := &Register{at: map[string]int{}}
	for _, one := range rows {
		for _, wrong := range one.check(units) {
			problems = append(problems, from.Problem(one.ID, wrong.field, wrong.what))
		}
		if u, ok := units.Get(one.Owner); ok {
			place, _ := areas.Get(u.Area) // org refuses a unit in an area that is not there
			one.path = place.Path
		}
		r.at[one.ID] = len(r.list)
		r.list = append(r.list, one)
	}
	return r, problems.Err()
}

type wrong struct{ field, what string }

var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

// check finds what is wrong with a purpose, all at once.
func (p Purpose) check(units *org.Register) (ws []wrong) {
	add := func(is bool, field, what string, args ...any) {
		if is {
			ws = append(ws, wrong{field, fmt.Sprintf(what, args...)})
		}
	}
	_, known := units.Get(p.Owner)
	add(!idForm.MatchString(p.ID), "id", "is lower case letters, digits and _, 2 to 40")
	add(p.Name.Empty(), "name", "is missing")
	add(!known, "owner", "there is no unit %s", p.Owner)
	add(len(p.Texts) == 0, "texts", "a purpose needs a text")
	add(!slices.Contains([]Asked{"", Standing, InMatter, InApp}, p.Asked), "asked", "is standing, matter or app, not %s", p.Asked)
	for i, t := range p.Texts {
		at := fmt.Sprintf("texts[%d].", i)
		add(t.Version != i+1, at+"version", "is %d, but versions count from 1 without a gap", t.Version)
		if i > 0 {
			add(!t.Begins().After(p.Texts[i-1].Begins()), at+"from", "is not after version %d", t.Version-1)
		}
		for _, w := range t.check(p.Asked) {
			ws = append(ws, wrong{at + w.field, w.what})
		}
	}
	return ws
}

func (t Text) check(asked Asked) (ws []wrong) {
	add := func(is bool, field, what string, args ...any) {
		if is {
			ws = append(ws, wrong{field, fmt.Sprintf(what, args...)})
		}
	}
	_, err := t.from()
	add(err != nil, "from", "is a day such as 2026-12-01, not %q", t.From)
	add(!slices.Contains(Bases(), t.Basis), "basis", "there is no basis %s", t.Basis)
	for i, k := range t.Kinds {
		add(!slices.Contains(Kinds(), k), "kinds", "there is no kind %s", k)
		add(slices.Contains(t.Kinds[:i], k), "kinds", "names %s twice", k)
	}
	add(t.What.Empty(), "what", "say what is collected")
	add(t.Why.Empty(), "why", "say why")
	add(t.Keep.Empty(), "keep", "say how long it is kept")
	agreed := t.Basis == Agreed
	add(agreed && asked == "", "basis", "consent is asked somewhere: say it in asked")
	add(!agreed && asked != "", "basis", "nobody is asked where the basis is %s: leave asked out", t.Basis)
	add(agreed && missing(t.Ask), "ask", "say the sentence that people agree to")
	add(agreed && missing(t.After), "after", "say what happens when it is taken back")
	add(!agreed && t.Ask != nil, "ask", "nobody is asked where the basis is %s", t.Basis)
	add((slices.Contains(t.Kinds, Third) || slices.Contains(t.Kinds, Public)) && missing(t.To), "to", "say who gets it")
	for _, k := range t.Kept {
		add(k.By == "" || k.What.Empty() || k.Days < 1, "kept", "needs by, days from 1 and what")
	}
	return ws
}

func missing(t *i18n.Text) bool { return t == nil || t.Empty() }
