package area

import (
	"slices"
	"strings"

	"banyan/internal/platform/pack"
)

// Mention is an area named in words.
type Mention struct {
	Area  Area
	Words string // as the words have it
	At    int    // byte where it begins
}

// Places is the file places.yaml: what the names of areas alone do not tell. It may be missing.
type Places struct {
	Never []string `yaml:"never"` // short names that mean something else: 上海 is a city before it is a street
	Also  []Alias  `yaml:"also"`
}

// Alias is another word for an area.
type Alias struct {
	Area  string   `yaml:"area"`
	Words []string `yaml:"words"`
}

// names finds the names of areas by their first two letters.
type names struct {
	heads map[[2]rune][]name // longest first
}

// name is a word and the areas it may mean.
type name struct {
	word  []rune
	areas []int
}

// Find gives the areas named in words, in the order of the words; of names that overlap the longest counts. A
// name that several areas bear gives a mention for each, unless another mention tells in which of them.
func (r *Register) Find(text string) []Mention {
	var found []Mention
	runes, begins := make([]rune, 0, len(text)), make([]int, 0, len(text))
	for at, c := range text {
		runes, begins = append(runes, c), append(begins, at)
	}
	for i := 0; i < len(runes); {
		n, ok := r.names.longest(runes[i:])
		if !ok {
			i++
			continue
		}
		for _, a := range n.areas {
			found = append(found, Mention{Area: r.list[a], Words: string(n.word), At: begins[i]})
		}
		i += len(n.word)
	}
	return narrow(found)
}

// longest gives the longest name with which the letters begin.
func (x *names) longest(runes []rune) (name, bool) {
	if len(runes) < 2 {
		return name{}, false
	}
	for _, n := range x.heads[[2]rune{runes[0], runes[1]}] {
		if len(n.word) <= len(runes) && slices.Equal(n.word, runes[:len(n.word)]) {
			return n, true
		}
	}
	return name{}, false
}

// narrow drops the meanings of an ambiguous name that lie outside every place named beside it, when some lie
// inside one.
func narrow(found []Mention) []Mention {
	meanings := map[int]int{}
	for _, m := range found {
		meanings[m.At]++
	}
	inside := func(m Mention) bool {
		return slices.ContainsFunc(found, func(sure Mention) bool {
			return meanings[sure.At] == 1 && sure.Area.Kind != City && strings.HasPrefix(m.Area.Path, sure.Area.Path)
		})
	}
	sure := map[int]bool{}
	for _, m := range found {
		sure[m.At] = sure[m.At] || meanings[m.At] > 1 && inside(m)
	}
	return slices.DeleteFunc(found, func(m Mention) bool { return sure[m.At] && !inside(m) })
}

// newNames lays out full names in both scripts, aliases, and short names that mean one place.
func newNames(r *Register, p Places) *names {
	words := map[string][]int{}
	short := map[string][]int{}
	for i, a := range r.list {
		for _, full := range []string{a.Name.Hans, a.Name.Hant} {
			add(words, full, i)
			if s := shorten(a, full); s != "" && !slices.Contains(p.Never, s) {
				add(short, s, i)
			}
		}
	}
	for _, alias := range p.Also {
		for _, w := range alias.Words {
			add(words, w, r.byCode[alias.Area])
		}
	}
	for s, areas := range short {
		if one, ok := r.meant(areas); ok && words[s] == nil {
			words[s] = []int{one}
		}
	}
	x := &names{heads: map[[2]rune][]name{}}
	for w, areas := range words {
		runes := []rune(w)
		if len(runes) >= 2 {
			head := [2]rune{runes[0], runes[1]}
			x.heads[head] = append(x.heads[head], name{runes, areas})
		}
	}
	for _, list := range x.heads {
		slices.SortFunc(list, func(a, b name) int { return len(b.word) - len(a.word) })
	}
	return x
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

// shorten gives the name without the word for its kind. Villages and communities keep three letters: names of
// two, such as 先锋 or 新村, are common words.
func shorten(a Area, full string) string {
	least := 2
	if a.Kind == Community {
		least = 3
	}
	for _, kind := range []string{"街道", "社区", "社區", "区", "區", "县", "縣", "市", "镇", "鎮", "乡", "鄉", "村"} {
		s, cut := strings.CutSuffix(full, kind)
		if cut && len([]rune(s)) >= least {
			return s
		}
		if cut {
			return ""
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
