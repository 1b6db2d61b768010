package credential

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
	"banyan/internal/register/area"
)

// Kind is one kind of credential that the city gives.
type Kind struct {
	ID       string    `yaml:"id"` // also the last part of its address as a type
	Name     i18n.Text `yaml:"name"`
	About    i18n.Text `yaml:"about"`
	Days     int       `yaml:"days"` // how long it holds
	Colour   string    `yaml:"colour"`
	Facts    []Fact    `yaml:"facts"`
	Evidence []Named   `yaml:"evidence"`
}

// Fact is one thing that a kind can say. All of them are hidden until the holder shows them.
type Fact struct {
	ID   string    `yaml:"id"` // name of the claim
	Type FactType  `yaml:"type"`
	Name i18n.Text `yaml:"name"`
}

// FactType is what a fact can be.
type FactType string

// Types of fact. There is no type for a date, a number or free words: facts are coarse.
const (
	Holds    FactType = "holds"    // true, or not said
	District FactType = "district" // code of a district or county of the city
)

// Named is something with a name, such as a kind of evidence.
type Named struct {
	ID   string    `yaml:"id"`
	Name i18n.Text `yaml:"name"`
}

// LongestDays is the longest time a credential may hold: keys that signed are published for as long.
const LongestDays = 366

// Kinds holds a city's kinds in the pack's order. It never changes after Load.
type Kinds struct {
	list  []Kind
	areas *area.Register
}

// Load reads credentials.yaml; a pack without it has none. The error is pack.Problems.
func Load(p *pack.Pack, areas *area.Register) (*Kinds, error) {
	k := &Kinds{areas: areas}
	if !p.Has("credentials") {
		return k, nil
	}
	rows, from, err := pack.Section(p, "credentials", func(one Kind) string { return one.ID })
	problems := pack.AsProblems(err)
	for _, one := range rows {
		for _, w := range one.check() {
			problems = append(problems, from.Problem(one.ID, w.field, w.what))
		}
	}
	k.list = rows
	return k, problems.Err()
}

type wrong struct{ field, what string }

// Forms of names in a pack.
var (
	idForm     = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)
	colourForm = regexp.MustCompile(`^#[0-9a-f]{6}$`)
)

// check finds what is wrong with a kind, all at once.
func (k Kind) check() (ws []wrong) {
	add := func(is bool, field, what string, args ...any) {
		if is {
			ws = append(ws, wrong{field, fmt.Sprintf(what, args...)})
		}
	}
	add(!idForm.MatchString(k.ID), "id", "is lower case letters, digits and _, 2 to 40")
	add(k.Name.Empty(), "name", "is missing")
	add(k.About.Empty(), "about", "say what it is good for")
	add(k.Days < 1 || k.Days > LongestDays, "days", "is 1 to %d", LongestDays)
	add(!colourForm.MatchString(k.Colour), "colour", "is a colour such as #0f6b57")
	add(len(k.Facts) == 0, "facts", "a credential says something")
	add(len(k.Evidence) == 0, "evidence", "say what a clerk must have seen")
	seen := map[string]bool{}
	for i, f := range k.Facts {
		at := fmt.Sprintf("facts[%d].", i)
		add(!idForm.MatchString(f.ID), at+"id", "is lower case letters, digits and _, 2 to 40")
		add(seen[f.ID], at+"id", "comes twice")
		add(slices.Contains(reserved(), f.ID), at+"id", "is a name of the format itself")
		add(f.Name.Empty(), at+"name", "is missing")
		add(f.Type != Holds && f.Type != District, at+"type", "is holds or district, not %q", f.Type)
		seen[f.ID] = true
	}
	clear(seen)
	for i, e := range k.Evidence {
		at := fmt.Sprintf("evidence[%d].", i)
		add(!idForm.MatchString(e.ID), at+"id", "is lower case letters, digits and _, 2 to 40")
		add(seen[e.ID], at+"id", "comes twice")
		add(e.Name.Empty(), at+"name", "is missing")
		seen[e.ID] = true
	}
	return ws
}

// PaperName is the claim of a sheet of paper that holds the person's name with its middle hidden, to be compared with a document.
const PaperName = "name_masked"

// reserved are claims that no fact may be called.
func reserved() []string {
	return []string{PaperName, "iss", "vct", "sub", "iat", "nbf", "exp", "cnf", "status"}
}

// All lists the kinds.
func (k *Kinds) All() []Kind { return slices.Clone(k.list) }

// Get gives a kind.
func (k *Kinds) Get(id string) (Kind, bool) {
	i := slices.IndexFunc(k.list, func(one Kind) bool { return one.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return k.list[i], true
}

// Fact gives a fact of a kind.
func (k Kind) Fact(id string) (Fact, bool) {
	i := slices.IndexFunc(k.Facts, func(one Fact) bool { return one.ID == id })
	if i < 0 {
		return Fact{}, false
	}
	return k.Facts[i], true
}

// Seen gives a kind of evidence.
func (k Kind) Seen(id string) (Named, bool) {
	i := slices.IndexFunc(k.Evidence, func(one Named) bool { return one.ID == id })
	if i < 0 {
		return Named{}, false
	}
	return k.Evidence[i], true
}

// Facts are what a credential says, by the fact's id: true, or the code of a district.
type Facts map[string]any

// Only gives those of the facts that are named.
func (f Facts) Only(names ...string) Facts {
	out := maps.Clone(f)
	maps.DeleteFunc(out, func(name string, _ any) bool { return !slices.Contains(names, name) })
	return out
}

// Districts are the districts and counties that a fact can name.
func (k *Kinds) Districts() []area.Area { return k.areas.All(area.District) }

// fits tells whether facts are what their kind can say: one at least.
func (k *Kinds) fits(kind Kind, facts Facts) bool {
	for name, value := range facts {
		f, known := kind.Fact(name)
		switch {
		case !known:
			return false
		case f.Type == Holds && value != true:
			return false
		case f.Type == District && !k.district(value):
			return false
		}
	}
	return len(facts) > 0
}

func (k *Kinds) district(value any) bool {
	code, ok := value.(string)
	return ok && slices.ContainsFunc(k.Districts(), func(a area.Area) bool { return a.Code == code })
}

// Words says a fact as people read it: its name, and what it names.
func (k *Kinds) Words(f Fact, value any, l i18n.Lang) string {
	if code, ok := value.(string); ok && f.Type == District {
		return f.Name.In(l) + " " + k.areas.Name(code, l)
	}
	return f.Name.In(l)
}
