package person_test

import (
	"math"
	"strings"
	"testing"

	"banyan/internal/register/person"
)

// Whoever looks, the three middle digits and two more are hidden, and each of the 28 pairs is somebody's mark.
func TestEveryMarkHidesFiveDigits(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for mark := range person.Pattern(person.Patterns) {
		shown := person.Phone("13912345678").MaskedBy(mark)
		if strings.Count(shown, "*") != 5 || shown[4:7] != "***" || len(shown) != person.MarkedLength {
			t.Errorf("mark %d shows %s", mark, shown)
		}
		for place, c := range []byte(shown) {
			if (c == '*') != mark.Hides(place) || c != '*' && c != "13912345678"[place] {
				t.Errorf("mark %d shows %s, place %d", mark, shown, place)
			}
		}
		seen[shown] = true
	}
	if len(seen) != person.Patterns {
		t.Errorf("%d different masks, want %d", len(seen), person.Patterns)
	}
	if got := person.Phone("059187654321").MaskedBy(3); got != "0591****4321" {
		t.Errorf("a landline shows %s", got)
	}
}

// Marks are the same tomorrow, differ between viewers and people, and use all patterns alike.
func TestMarksAreEven(t *testing.T) {
	t.Parallel()
	each(t, func(w world) {
		var n [person.Patterns]float64
		const viewers = 28_000
		for i := range viewers {
			n[w.people.Mark("s"+string(rune('A'+i)), "p1")]++
		}
		chi := 0.0
		for _, got := range n {
			chi += (got - viewers/person.Patterns) * (got - viewers/person.Patterns) / (viewers / person.Patterns)
		}
		if chi > 27+6*math.Sqrt(2*27) { // mean and six standard deviations of chi square with 27 degrees of freedom
			w.Errorf("chi square %.1f: %v", chi, n)
		}
		if a, b := w.people.Mark("s1", "p1"), w.people.Mark("s1", "p1"); a != b {
			w.Errorf("the same look has marks %d and %d", a, b)
		}
	})
}

// The mean of the likelihood over all marks is 1, whatever a row shows: the guarantee of package leak rests on it.
func TestLikelihoodHasMeanOne(t *testing.T) {
	t.Parallel()
	for _, fits := range [][person.MarkedLength]person.Fitting{
		{}, {person.True, person.True, person.Starred, person.Starred, person.Starred, person.Starred, person.Starred, person.Other, person.True, person.True, person.Starred},
		{person.Other, person.Other, person.True, person.True, person.True, person.True, person.True, person.True, person.True, person.True, person.True},
	} {
		sum := 0.0
		for _, like := range (person.Match{Right: fits}).Likelihoods() {
			sum += like
		}
		if math.Abs(sum/person.Patterns-1) > 1e-9 {
			t.Errorf("%v: the mean is %v", fits, sum/person.Patterns)
		}
	}
}
