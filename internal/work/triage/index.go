package triage

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"banyan/internal/register/duty"
)

// maxWord is the longest signal in characters that is looked for.
const maxWord = 48

// index is a duty list and its precedents prepared for weighing; it never changes.
type index struct {
	lists      *Lists
	rows       []duty.Duty // all versions of all duties
	byCode     map[string][]int
	words      []signal
	find       *automaton
	precedents []precedentWords
	first      string // the day the oldest duty became valid
}

// signal is a word with the duties it speaks for.
type signal struct {
	text   string
	rarity float64 // 0..1: 1 when one duty alone has it
	length float64 // longer words say more
	duties []posting

	precedents []int32 // positions in index.precedents
}

type posting struct {
	row    int
	strong bool
}

type precedentWords struct {
	Precedent
	district string // "" when the place is wider than one
	words    int    // how many of its words are words of the list
}

func newIndex(lists *Lists, precedents []Precedent) *index {
	x := &index{lists: lists, rows: lists.duties.All(), byCode: map[string][]int{}}
	at := map[string]int32{}
	for i, d := range x.rows {
		x.byCode[d.Code] = append(x.byCode[d.Code], i)
		if x.first == "" || d.ValidFrom < x.first {
			x.first = d.ValidFrom
		}
		for _, w := range d.Strong {
			x.post(at, w, posting{i, true})
		}
		for _, w := range d.Words {
			x.post(at, w, posting{i, false})
		}
	}
	texts := make([]string, len(x.words))
	for i, w := range x.words {
		x.words[i].rarity = rarity(x.codes(w), len(x.byCode))
		texts[i] = w.text
	}
	for k, p := range precedents {
		known := x.known(at, p.Words)
		x.precedents = append(x.precedents, precedentWords{p, lists.areas.District(p.Area), len(known)})
		for _, w := range known {
			x.words[w].precedents = append(x.words[w].precedents, int32(k))
		}
	}
	x.find = newAutomaton(texts)
	return x
}

// validOn gives the row of a duty that holds on a day.
func (x *index) validOn(code, day string) (row int, ok bool) {
	for _, i := range x.byCode[code] {
		if x.rows[i].ValidOn(day) {
			return i, true
		}
	}
	return 0, false
}

// codes counts the duties a word speaks for, their versions once.
func (x *index) codes(w signal) int {
	seen := map[string]bool{}
	for _, p := range w.duties {
		seen[x.rows[p.row].Code] = true
	}
	return len(seen)
}

func (x *index) post(at map[string]int32, word string, p posting) {
	word = strings.ToLower(word)
	size := utf8.RuneCountInString(word)
	if size == 0 || size > maxWord {
		return
	}
	i, ok := at[word]
	if !ok {
		i = int32(len(x.words))
		at[word] = i
		x.words = append(x.words, signal{text: word, length: min(0.7+0.15*float64(size), 1.45)})
	}
	if !slices.ContainsFunc(x.words[i].duties, func(q posting) bool { return q.row == p.row }) {
		x.words[i].duties = append(x.words[i].duties, p)
	}
}

// known gives the words of a precedent that are words of the list, sorted.
func (x *index) known(at map[string]int32, words []string) []int32 {
	var out []int32
	for _, w := range words {
		if i, ok := at[strings.ToLower(w)]; ok {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rarity is the inverse duty frequency scaled to 0..1.
func rarity(duties, all int) float64 {
	if duties == 0 {
		return 0
	}
	return math.Log(1+float64(all)/float64(duties)) / math.Log(1+float64(all))
}
