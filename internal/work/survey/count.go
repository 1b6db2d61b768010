package survey

import "slices"

// LeastCell is the smallest count that may remain: behind fewer people one can be recognised.
const LeastCell = 5

// Hidden is a count that was left out.
const Hidden = -1

// Count is what remains of a question: how many gave which answer, and nothing of who.
type Count struct {
	Question int      `json:"question"` // its place
	Options  []string `json:"options,omitempty"`
	Counts   []int    `json:"counts,omitempty"` // one for each option; Hidden for few
}

// tally counts answers while they are read.
type tally struct {
	questions []Question
	counts    [][]int
	people    int
}

func newTally(questions []Question) *tally {
	t := &tally{questions: questions}
	for _, q := range questions {
		t.counts = append(t.counts, make([]int, len(q.cells())))
	}
	return t
}

func (t *tally) add(e Entry) {
	t.people++
	for i, q := range t.questions {
		if e.Outcome != Answered || i >= len(e.Answers) {
			continue
		}
		if at := slices.Index(q.cells(), e.Answers[i]); at >= 0 {
			t.counts[i][at]++
		}
	}
}

// rest is what may remain. Questions with answers of one's own words, numbers or dates leave nothing.
func (t *tally) rest() []Count {
	var list []Count
	for i, q := range t.questions {
		if options := q.cells(); len(options) > 0 {
			list = append(list, Count{Question: i, Options: options, Counts: suppress(t.counts[i])})
		}
	}
	return list
}

// suppress hides counts under LeastCell, and further ones, the smallest first, until the hidden ones together are LeastCell people at
// least and no less than two: else a hidden count would follow from the sum.
func suppress(counts []int) []int {
	out := slices.Clone(counts)
	hidden, people := 0, 0
	hide := func(i int) {
		hidden, people = hidden+1, people+counts[i]
		out[i] = Hidden
	}
	for i, n := range counts {
		if n < LeastCell {
			hide(i)
		}
	}
	for hidden > 0 && hidden < len(counts) && (hidden < 2 || people < LeastCell) {
		least := -1
		for i, n := range out {
			if n != Hidden && (least < 0 || n < out[least]) {
				least = i
			}
		}
		hide(least)
	}
	return out
}
