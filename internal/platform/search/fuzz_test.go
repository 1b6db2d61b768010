package search

import (
	"slices"
	"strings"
	"testing"
)

// FuzzTerms holds that terms are plain words to both engines, and that a text is found by itself and by its parts.
func FuzzTerms(f *testing.F) {
	for _, s := range []string{"路灯不亮 lamp", "é́", "ＡＢＣ", "👨‍👩‍👧", "a\u0301", "\xff路", "ﬀ", "İ", "NEAR AND \"x\"", "x*", "가나다"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4*maxText {
			return
		}
		all := textTerms(text)
		for _, term := range all {
			if term == "" || strings.ContainsAny(term, " \t\n\"'*:()&|!<>-\\") {
				t.Fatalf("%q gives the term %q", text, term)
			}
		}
		if len([]rune(text)) > maxText {
			return
		}
		for _, term := range queryTerms(text) {
			if !slices.Contains(all, term) {
				t.Fatalf("%q is not found by itself: %q is not among %q", text, term, all)
			}
		}
	})
}
