package triage

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAutomatonFindsWhatAScanFinds compares with a plain search for every word at every place.
func TestAutomatonFindsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	char := rapid.SampledFrom([]rune("路灯不亮a"))
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.StringOfN(char, 1, 4, -1), 1, 8, rapid.ID).Draw(t, "words")
		text := rapid.StringOfN(char, 0, 40, -1).Draw(t, "text")
		type found struct {
			word     int32
			from, to int
		}
		var got, want []found
		newAutomaton(words).find(text, func(w int32, from, to int) { got = append(got, found{w, from, to}) })
		for at := range text {
			for i, w := range words {
				if strings.HasPrefix(text[at:], w) {
					want = append(want, found{int32(i), at, at + len(w)})
				}
			}
		}
		order := func(a, b found) int { return (a.from-b.from)*1000 + (a.to-b.to)*20 + int(a.word-b.word) }
		slices.SortFunc(got, order)
		slices.SortFunc(want, order)
		if !slices.Equal(got, want) {
			t.Fatalf("%v in %q: %v, want %v", words, text, got, want)
		}
	})
}

func TestAutomatonIgnoresCase(t *testing.T) {
	t.Parallel()
	n := 0
	newAutomaton([]string{"etc"}).find("办ETC卡、Etc", func(int32, int, int) { n++ })
	if n != 2 {
		t.Errorf("%d places, want 2", n)
	}
}
