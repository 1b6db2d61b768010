package hotline

import (
	"cmp"
	"slices"

	"banyan/internal/work/triage"
)

// piece is a stretch of what was said; a signal of the duty list is marked.
type piece struct {
	Text string
	Mark bool
}

// marked cuts a text at the spans of a suggestion. Spans that overlap are one
// mark; spans of another text are left out.
func marked(text string, inSubject bool, list []triage.Candidate) []piece {
	var spans []triage.Span
	for _, c := range list {
		for _, reason := range c.Reasons {
			for _, s := range reason.Words {
				if s.InSubject == inSubject && s.From >= 0 && s.From < s.To && s.To <= len(text) {
					spans = append(spans, s)
				}
			}
		}
	}
	slices.SortFunc(spans, func(a, b triage.Span) int { return cmp.Or(a.From-b.From, b.To-a.To) })
	var out []piece
	at := 0
	for _, s := range spans {
		from := max(s.From, at)
		if from >= s.To {
			continue
		}
		if from > at {
			out = append(out, piece{Text: text[at:from]})
		}
		if from == at && len(out) > 0 && out[len(out)-1].Mark {
			out[len(out)-1].Text += text[from:s.To]
		} else {
			out = append(out, piece{Text: text[from:s.To], Mark: true})
		}
		at = s.To
	}
	if at < len(text) {
		out = append(out, piece{Text: text[at:]})
	}
	return out
}
