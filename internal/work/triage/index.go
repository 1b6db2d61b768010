package triage

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// index is a duty list and its precedents prepared for weighing; it never changes.
type index struct {
	lists      *Lists
	place      map[string]int // duty code -> position in lists.Duties
	words      []signal
	find       *automaton
	precedents []precedentWords
	first      time.Time // the day the oldest duty became valid
}

// signal is a word with the duties it speaks for.
type signal struct {
	text   string
	rarity float64 // 0..1: 1 when one duty alone has it
	length float64 // longer words say more
	duties []posting
}

type posting struct {
	duty   int
	strong bool
}

type precedentWords struct {
	Precedent
	duty  int
	words []int32
}

func newIndex(lists *Lists, precedents []Precedent) *index {
	x := &index{lists: lists, place: map[string]int{}}
	at := map[string]int32{}
	for i, d := range lists.Duties {
		x.place[d.Code] = i
		if x.first.IsZero() || d.From.Before(x.first) {
			x.first = d.From
		}
		for _, w := range d.Strong {
			x.post(at, w, posting{i, true})
		}
		for _, w := range d.Words {
			x.post(at, w, posting{i, false})
		}
	}
	for i := range x.words {
		x.words[i].rarity = rarity(len(x.words[i].duties), len(lists.Duties))
	}
	for _, p := range precedents {
		if duty, ok := x.place[p.Duty]; ok {
			x.precedents = append(x.precedents, precedentWords{p, duty, x.known(at, p.Words)})
		}
	}
	texts := make([]string, len(x.words))
	for i, w := range x.words {
		texts[i] = w.text
	}
	x.find = newAutomaton(texts)
	return x
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
	if !slices.ContainsFunc(x.words[i].duties, func(q posting) bool { return q.duty == p.duty }) {
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
