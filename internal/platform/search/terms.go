package search

import (
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxWord cuts a long word so that no engine cuts it differently; both sides are cut alike.
const maxWord = 32

// maxText bounds what of a long text is found, in characters; it keeps a row within what both
// engines store.
const maxText = 20_000

// textTerms gives the distinct terms a text is found by.
func textTerms(text string) []string {
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText])
	}
	return terms(text, true)
}

// queryTerms gives the distinct terms a text must hold to match the query.
func queryTerms(query string) []string { return terms(query, false) }

// terms walks over the runs of one kind. A text gives single characters and pairs of a Chinese run;
// a query gives pairs, and a single character only when it stands alone.
func terms(text string, singles bool) []string {
	var list []string
	runs(text, func(kind runKind, run []rune) {
		if kind == word {
			list = append(list, code(run[:min(len(run), maxWord)]))
			return
		}
		for i := range run {
			if singles || len(run) == 1 {
				list = append(list, code(run[i:i+1]))
			}
			if i > 0 {
				list = append(list, code(run[i-1:i+1]))
			}
		}
	})
	slices.Sort(list)
	return slices.Compact(list)
}

type runKind int

const (
	gap   runKind = iota
	word          // letters and digits: one term
	signs         // scripts without spaces, and emoji: characters and pairs
)

// runs cuts a text into words and runs of signs, and drops what lies between.
func runs(text string, found func(runKind, []rune)) {
	text = norm.NFKC.String(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " "))))
	var run []rune
	last := gap
	flush := func() {
		if last != gap && len(run) > 0 {
			found(last, run)
		}
		run = run[:0]
	}
	for _, r := range text {
		if unicode.In(r, unicode.Variation_Selector, unicode.Cf) {
			continue // invisible: how an emoji is drawn, where a line may break
		}
		kind := kindOf(r)
		if kind != last {
			flush()
			last = kind
		}
		run = append(run, r)
	}
	flush()
}

func kindOf(r rune) runKind {
	switch {
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo, unicode.So):
		return signs
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return word
	default:
		return gap
	}
}

// code writes a term with letters and digits only: ASCII words as x and themselves, anything else as
// z and the hexadecimal of its bytes. Both engines keep it whole and neither reads it as syntax.
func code(run []rune) string {
	for _, r := range run {
		if r > unicode.MaxASCII {
			return "z" + hex.EncodeToString([]byte(string(run)))
		}
	}
	return "x" + string(run)
}
