package area

import (
	"slices"
	"strings"

	"banyan/internal/platform/i18n"
)

// Kind is the level of an area.
type Kind string

// The kinds from the widest to the narrowest; a zone stands beside the districts.
const (
	City        Kind = "city"
	District    Kind = "district"
	Zone        Kind = "zone"
	Subdistrict Kind = "subdistrict"
	Community   Kind = "community"
	Grid        Kind = "grid"
)

// Area is one place under its code.
type Area struct {
	Code           string    `yaml:"code" json:"code"`
	Kind           Kind      `yaml:"level" json:"kind"`
	Sub            string    `yaml:"sub" json:"sub,omitempty"` // district, county or city; street, town, township, farm or other; community or village
	Name           i18n.Text `yaml:"name" json:"name"`
	Parent         string    `yaml:"parent" json:"parent,omitempty"`
	Path           string    `yaml:"-" json:"path"` // "/3501/350102/350102001/"
	Outside        bool      `yaml:"outside" json:"outside,omitempty"`
	Population     int       `yaml:"population" json:"population,omitempty"` // people; 0 when not known
	PopulationYear int       `yaml:"population_year" json:"population_year,omitempty"`
}

// Register holds all areas of a city. It never changes after New and is safe for concurrent use.
type Register struct {
	list     []Area
	byCode   map[string]int
	children map[string][]int
	city     string
	names    *names
	shapes   *shapes
}

// City gives the root of the tree.
func (r *Register) City() Area { return r.list[r.byCode[r.city]] }

// Get gives the area of that code; ok is false when there is none.
func (r *Register) Get(code string) (a Area, ok bool) {
	i, ok := r.byCode[code]
	if !ok {
		return Area{}, false
	}
	return r.list[i], true
}

// All lists the areas of a kind in the pack's order.
func (r *Register) All(kind Kind) []Area {
	var out []Area
	for _, a := range r.list {
		if a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// Children lists the areas directly below one, in the pack's order.
func (r *Register) Children(code string) []Area {
	out := make([]Area, len(r.children[code]))
	for i, at := range r.children[code] {
		out[i] = r.list[at]
	}
	return out
}

// Chain lists the areas from the city down to this one; it is empty for an unknown code.
func (r *Register) Chain(code string) []Area {
	var chain []Area
	for a, ok := r.Get(code); ok; a, ok = r.Get(a.Parent) {
		chain = append(chain, a)
	}
	slices.Reverse(chain)
	return chain
}

// Within tells whether an area is the other one or lies in it; an unknown code lies nowhere.
func (r *Register) Within(code, ancestor string) bool {
	a, ok := r.Get(code)
	return ok && ancestor != "" && strings.Contains(a.Path, "/"+ancestor+"/")
}

// District gives the code of the district or zone an area lies in, "" for the city itself.
func (r *Register) District(code string) string {
	if chain := r.Chain(code); len(chain) > 1 {
		return chain[1].Code
	}
	return ""
}

// Subdistrict gives the code of the subdistrict or town an area lies in, "" when it is wider than one.
func (r *Register) Subdistrict(code string) string {
	for _, a := range r.Chain(code) {
		if a.Kind == Subdistrict {
			return a.Code
		}
	}
	return ""
}

// Name is an area's own name in a language. The code stands for an area that is not known.
func (r *Register) Name(code string, l i18n.Lang) string {
	if a, ok := r.Get(code); ok {
		return a.Name.In(l)
	}
	return code
}

// FullName gives the name with what it lies in, without the city: 鼓楼区东街街道, or "Dongjie Subdistrict,
// Gulou District" in English. The code stands for an area that is not known.
func (r *Register) FullName(code string, l i18n.Lang) string {
	chain := r.Chain(code)
	switch len(chain) {
	case 0:
		return code
	case 1:
		return chain[0].Name.In(l)
	}
	var parts []string
	for _, a := range chain[1:] {
		name := a.Name.In(l)
		if a.Kind == Grid && len(parts) > 0 { // a grid is named after its community
			name = strings.TrimPrefix(name, parts[len(parts)-1])
		}
		parts = append(parts, name)
	}
	if l == i18n.En {
		slices.Reverse(parts)
		return strings.Join(parts, ", ")
	}
	return strings.Join(parts, "")
}
