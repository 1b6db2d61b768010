package survey

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSuppress(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ counts, want []int }{
		{[]int{10, 5}, []int{10, 5}},
		{[]int{10, 4}, []int{Hidden, Hidden}},
		{[]int{10, 0}, []int{Hidden, Hidden}},
		{[]int{10, 7, 4}, []int{10, Hidden, Hidden}},
		{[]int{20, 9, 1, 1, 6}, []int{20, 9, Hidden, Hidden, Hidden}},
		{[]int{20, 9, 3, 3}, []int{20, 9, Hidden, Hidden}},
		{[]int{0, 0}, []int{Hidden, Hidden}},
	} {
		if got := suppress(c.counts); !slices.Equal(got, c.want) {
			t.Errorf("%v becomes %v, want %v", c.counts, got, c.want)
		}
	}
}

// Whatever is counted: no count from 0 to 4 remains, and none follows from the sum and the rest.
func TestNothingFollowsFromTheSum(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		counts := make([]int, 2+r.IntN(7))
		for i := range counts {
			counts[i] = r.IntN(12)
		}
		hidden, people := 0, 0
		for i, n := range suppress(counts) {
			if n != Hidden && n < LeastCell {
				t.Fatalf("%v shows %d", counts, n)
			}
			if n == Hidden {
				hidden, people = hidden+1, people+counts[i]
			}
		}
		if hidden == 1 || hidden > 0 && hidden < len(counts) && people < LeastCell {
			t.Fatalf("%v: one can work out %d people behind %d hidden counts", counts, people, hidden)
		}
	}
}
