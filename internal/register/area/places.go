package area

import (
	"slices"
	"strings"

	"banyan/internal/platform/pack"
)

// Places is the file places.yaml: what the names of areas alone do not tell. It may be missing.
type Places struct {
	Never []string `yaml:"never"` // names that mostly mean something else: 上海 is a city before it is a street
	Also  []Alias  `yaml:"also"`
}

// Alias is another word for an area.
type Alias struct {
	Area  string   `yaml:"area"`
	Words []string `yaml:"words"`
}

// newNames lays out full names in both scripts, aliases, and short names that mean one place.
func newNames(r *Register, p Places) *names {
	words := map[string][]int{}
	short := map[string][]int{}
	for i, a := range r.list {
		for _, full := range []string{a.Name.Hans, a.Name.Hant} {
			if a.Kind != Community || len([]rune(full)) > 2 { // a village called 新村 is any new village
				add(words, full, i)
			}
			add(short, shorten(a, full), i)
		}
	}
	for _, alias := range p.Also {
		for _, w := range alias.Words {
			add(words, w, r.byCode[alias.Area])
		}
	}
	x := &names{heads: map[[2]rune][]name{}}
	for s, areas := range short {
		if one, ok := r.meant(areas); ok && words[s] == nil {
			x.put(s, []int{one}, true, p.Never)
		}
	}
	for w, areas := range words {
		x.put(w, areas, false, p.Never)
	}
	for _, list := range x.heads {
		slices.SortFunc(list, func(a, b name) int { return len(b.word) - len(a.word) })
	}
	return x
}

// put lays out one name of two letters or more.
func (x *names) put(word string, areas []int, short bool, never []string) {
	runes := []rune(word)
	if len(runes) < 2 || slices.Contains(never, word) {
		return
	}
	head := [2]rune{runes[0], runes[1]}
	x.heads[head] = append(x.heads[head], name{runes, areas, short})
}

func add(words map[string][]int, w string, area int) {
	if w != "" && !slices.Contains(words[w], area) {
		words[w] = append(words[w], area)
	}
}

// meant gives the one area a short name means: the only one, or the only district or city among several.
func (r *Register) meant(areas []int) (int, bool) {
	if len(areas) == 1 {
		return areas[0], true
	}
	wide := slices.DeleteFunc(slices.Clone(areas), func(i int) bool {
		return r.list[i].Kind != City && r.list[i].Kind != District
	})
	if len(wide) == 1 {
		return wide[0], true
	}
	return 0, false
}

// shorten gives the name without the word for its kind. Communities and villages have no short names: 先锋 and
// 步行街 are common words before they are places.
func shorten(a Area, full string) string {
	if a.Kind == Community {
		return ""
	}
	for _, kind := range []string{"街道", "区", "區", "县", "縣", "市", "镇", "鎮", "乡", "鄉"} {
		if s, cut := strings.CutSuffix(full, kind); cut {
			return s
		}
	}
	return ""
}

// readPlaces reads places.yaml; every alias must belong to an area.
func readPlaces(p *pack.Pack, r *Register) (Places, pack.Problems) {
	if !p.Has("places") {
		return Places{}, nil
	}
	places, err := pack.Object[Places](p, "places")
	ps := pack.AsProblems(err)
	for _, alias := range places.Also {
		if _, ok := r.byCode[alias.Area]; !ok {
			ps = append(ps, pack.Problem{File: p.Name + "/places.yaml", Field: "also", What: "there is no area " + alias.Area})
		}
	}
	return places, ps
}
