package area

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"

	"banyan/internal/platform/pack"
)

// rule says what an area of a kind must look like.
type rule struct {
	code    *regexp.Regexp
	parents []Kind
	subs    []string // empty: no sub
	nested  bool     // the code begins with the parent's code
}

// rules gives the shape of each kind.
func rules() map[Kind]rule {
	return map[Kind]rule{
		City:        {code: regexp.MustCompile(`^\d{4}$`)},
		District:    {regexp.MustCompile(`^\d{6}$`), []Kind{City}, []string{"district", "county", "city"}, true},
		Zone:        {regexp.MustCompile(`^zone-[a-z0-9]+$`), []Kind{City, District}, nil, false},
		Subdistrict: {regexp.MustCompile(`^\d{9}$`), []Kind{District, Zone}, []string{"street", "town", "township", "farm", "other"}, false},
		Community:   {regexp.MustCompile(`^\d{12}$`), []Kind{Subdistrict}, []string{"community", "village"}, true},
		Grid:        {regexp.MustCompile(`^\d{12}-\d{2,3}$`), []Kind{Community}, nil, true},
	}
}

// New reads the areas of a pack, the words of places and the map. All that is wrong comes back as pack.Problems.
func New(p *pack.Pack) (*Register, error) {
	rows, src, err := pack.Section(p, "areas", func(a Area) string { return a.Code })
	ps := pack.AsProblems(err)
	r := &Register{list: rows, byCode: map[string]int{}, children: map[string][]int{}}
	for i, a := range rows {
		r.byCode[a.Code] = i
	}
	ps = append(ps, r.check(p.Name, src)...)
	if len(ps) > 0 {
		return nil, ps
	}
	r.link()
	words, ps := readPlaces(p, r)
	r.names = newNames(r, words)
	shapes, found := readShapes(p, r)
	r.shapes = shapes
	ps = append(ps, found...)
	if len(ps) > 0 {
		return nil, ps
	}
	return r, nil
}

// check looks at every area alone and with its parent.
func (r *Register) check(name string, src pack.Sources) pack.Problems {
	var ps pack.Problems
	rules := rules()
	for _, a := range r.list {
		rule, known := rules[a.Kind]
		if !known {
			ps = append(ps, src.Problem(a.Code, "level", "needs one of city, district, zone, subdistrict, community, grid"))
			continue
		}
		for _, found := range [][2]string{rule.own(a), rule.below(a, r)} {
			if found[0] != "" {
				ps = append(ps, src.Problem(a.Code, found[0], found[1]))
			}
		}
		if a.Kind == City && r.city != "" {
			ps = append(ps, src.Problem(a.Code, "level", "the city "+r.city+" is there already"))
		}
		if a.Kind == City {
			r.city = a.Code
		}
	}
	if r.city == "" {
		ps = append(ps, pack.Problem{File: name + "/areas.csv", Field: "level", What: "there is no city"})
	}
	return ps
}

// own gives a field and what is wrong with it in the row alone.
func (x rule) own(a Area) [2]string {
	switch {
	case !x.code.MatchString(a.Code):
		return [2]string{"code", a.Code + " is no code of a " + string(a.Kind)}
	case a.Name.Hans == "":
		return [2]string{"name", "is missing"}
	case len(x.subs) == 0 && a.Sub != "":
		return [2]string{"sub", "a " + string(a.Kind) + " has none"}
	case len(x.subs) > 0 && !slices.Contains(x.subs, a.Sub):
		return [2]string{"sub", "is none of the kinds of a " + string(a.Kind)}
	case a.Population < 0 || (a.Population > 0) != (a.PopulationYear > 0):
		return [2]string{"population", "needs a count of people and its year together"}
	}
	return [2]string{}
}

// below gives a field and what is wrong with the parent.
func (x rule) below(a Area, r *Register) [2]string {
	parent, ok := r.Get(a.Parent)
	switch {
	case len(x.parents) == 0 && a.Parent != "":
		return [2]string{"parent", "a " + string(a.Kind) + " has none"}
	case len(x.parents) == 0:
		return [2]string{}
	case !ok:
		return [2]string{"parent", "there is no area " + a.Parent}
	case !slices.Contains(x.parents, parent.Kind):
		return [2]string{"parent", a.Parent + " is a " + string(parent.Kind)}
	case x.nested && (len(a.Code) < len(parent.Code) || a.Code[:len(parent.Code)] != parent.Code):
		return [2]string{"parent", "the code does not begin with " + a.Parent}
	}
	return [2]string{}
}

// link fills paths, children and what is outside; parents may stand after their children in the file.
func (r *Register) link() {
	for i, a := range r.list {
		r.children[a.Parent] = append(r.children[a.Parent], i)
	}
	r.reach(r.byCode[r.city], "/", false)
}

func (r *Register) reach(at int, path string, outside bool) {
	a := &r.list[at]
	a.Path, a.Outside = path+a.Code+"/", a.Outside || outside
	for _, child := range r.children[a.Code] {
		r.reach(child, a.Path, a.Outside)
	}
}

// fileOf reads a file that need not be there.
func fileOf(p *pack.Pack, name string) ([]byte, error) {
	data, err := p.File(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
