package area

import (
	"slices"
	"strings"
)

// Mention is an area named in words.
type Mention struct {
	Area  Area
	Words string // as the words have it
	At    int    // byte where it begins
	Short bool   // by its short name, which says less
}

// names finds the names of areas by their first two letters.
type names struct {
	heads map[[2]rune][]name // longest first
}

// name is a word and the areas it may mean.
type name struct {
	word  []rune
	areas []int
	short bool
}

// Find gives the areas named in words, in the order of the words; of names that overlap the longest counts. A
// name that several areas bear gives a mention for each, unless another mention tells in which of them. A short
// name does not count where it begins the name of a road or a lake, or lies outside the place named in full.
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
			found = append(found, Mention{Area: r.list[a], Words: string(n.word), At: begins[i], Short: n.short})
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
		if len(n.word) > len(runes) || !slices.Equal(n.word, runes[:len(n.word)]) {
			continue
		}
		if rest := runes[len(n.word):]; n.short && len(rest) > 0 && strings.ContainsRune("路街巷道桥橋湖站港村", rest[0]) {
			continue
		}
		return n, true
	}
	return name{}, false
}

// narrow keeps of an ambiguous name the meanings inside a place named beside it, when there are some, and of
// short names of subdistricts those inside a district that is named, when one is.
func narrow(found []Mention) []Mention {
	meanings, districts := map[int]int{}, false
	for _, m := range found {
		meanings[m.At]++
		districts = districts || m.Area.Kind == District
	}
	inside := func(m Mention) bool {
		return slices.ContainsFunc(found, func(sure Mention) bool {
			return meanings[sure.At] == 1 && sure.At != m.At && sure.Area.Kind != City && strings.HasPrefix(m.Area.Path, sure.Area.Path)
		})
	}
	told := map[int]bool{}
	for _, m := range found {
		told[m.At] = told[m.At] || meanings[m.At] > 1 && inside(m) || m.Short && m.Area.Kind == Subdistrict && districts
	}
	keep := make([]Mention, 0, len(found))
	for _, m := range found {
		if !told[m.At] || inside(m) {
			keep = append(keep, m)
		}
	}
	return keep
}
