package triage

import (
	"unicode"
	"unicode/utf8"
)

// automaton finds all words of a list in a text in one pass (Aho and Corasick 1975), over lower-case
// characters, with one edge table for all states.
type automaton struct {
	edges map[uint64]int32 // state<<32 | character -> state
	fail  []int32
	word  []int32 // by state: index of the word that ends here, or -1
	next  []int32 // by state: nearest shorter state on the fail path that ends a word, or 0
	sizes []int32 // by word: characters
}

func newAutomaton(words []string) *automaton {
	a := &automaton{edges: map[uint64]int32{}}
	a.grow()
	type step struct {
		from int32
		char rune
	}
	incoming := []step{{}}
	for i, w := range words {
		at, size := int32(0), int32(0)
		for _, r := range w {
			r = unicode.ToLower(r)
			to, ok := a.edges[edge(at, r)]
			if !ok {
				to = a.grow()
				a.edges[edge(at, r)] = to
				incoming = append(incoming, step{at, r})
			}
			at, size = to, size+1
		}
		a.sizes = append(a.sizes, size)
		if at != 0 {
			a.word[at] = int32(i)
		}
	}
	for _, s := range byDepth(len(a.fail), func(i int) int { return int(incoming[i].from) }) {
		a.link(int32(s), incoming[s].from, incoming[s].char)
	}
	return a
}

func edge(state int32, r rune) uint64 { return uint64(state)<<32 | uint64(uint32(r)) }

func (a *automaton) grow() int32 {
	a.fail, a.word, a.next = append(a.fail, 0), append(a.word, -1), append(a.next, 0)
	return int32(len(a.fail) - 1)
}

// link sets the fail state of s; those of shorter states must be set already.
func (a *automaton) link(s, from int32, r rune) {
	if from != 0 {
		a.fail[s] = a.step(a.fail[from], r)
	}
	a.next[s] = a.fail[s]
	if a.word[a.fail[s]] < 0 {
		a.next[s] = a.next[a.fail[s]]
	}
}

// byDepth orders the states 1…n-1 by their distance from the root.
func byDepth(n int, parent func(int) int) []int {
	depth := make([]int, n)
	levels := [][]int{}
	for s := 1; s < n; s++ {
		depth[s] = depth[parent(s)] + 1
		for len(levels) < depth[s] {
			levels = append(levels, nil)
		}
		levels[depth[s]-1] = append(levels[depth[s]-1], s)
	}
	out := make([]int, 0, n)
	for _, l := range levels {
		out = append(out, l...)
	}
	return out
}

func (a *automaton) step(state int32, r rune) int32 {
	for {
		if to, ok := a.edges[edge(state, r)]; ok {
			return to
		}
		if state == 0 {
			return 0
		}
		state = a.fail[state]
	}
}

// find calls hit for every occurrence of every word with its byte offsets in text.
func (a *automaton) find(text string, hit func(word int32, from, to int)) {
	var starts [64]int // offsets of the last characters, a ring; words are shorter
	state, n := int32(0), 0
	for at, r := range text {
		_, size := utf8.DecodeRuneInString(text[at:])
		end := at + size
		starts[n%len(starts)] = at
		n++
		state = a.step(state, unicode.ToLower(r))
		for s := state; s != 0; s = a.next[s] {
			if w := a.word[s]; w >= 0 {
				hit(w, starts[(n-int(a.sizes[w]))%len(starts)], end)
			}
		}
	}
}
