package triage

import (
	"math"
	"strconv"

	"banyan/internal/platform/i18n"
	"banyan/internal/register/org"
	"banyan/internal/work/triage/classify"
)

// maxReasons is how many signals are named for one candidate.
const maxReasons = 8

// reasons says what spoke for a duty, signals first.
func (s *Suggester) reasons(e evidence, classes []classify.Probability) []Reason {
	var out []Reason
	for _, h := range e.signals {
		key := "triage.reason.signal"
		if h.inSubject {
			key = "triage.reason.signal_subject"
		}
		word := Arg{"Word", i18n.Text{Hans: s.index.words[h.word].text}}
		out = append(out, Reason{Kind: Signal, Key: key, Args: []Arg{word}, Words: h.spans})
	}
	if e.precedents > 0 {
		out = append(out, Reason{Kind: PrecedentOf, Key: "triage.reason.precedent", Args: []Arg{number("Count", e.precedents)}})
	}
	if len(classes) == 0 {
		out = append(out, Reason{Kind: Class, Key: "triage.reason.class_absent"})
	} else if r := s.classReason(classes[0]); s.index.lists.classes[classes[0].Label].Code == s.index.rows[e.row].Category {
		out = append(out, r)
	} else {
		r.Key = "triage.reason.class_other"
		out = append(out, r)
	}
	if e.otherKind {
		out = append(out, Reason{Kind: RequestKind, Key: "triage.reason.kind_other"})
	}
	return out
}

// classReason names the class in the words of the pack, or its label where the pack has none.
func (s *Suggester) classReason(p classify.Probability) Reason {
	name := i18n.Text{Hans: p.Label}
	if c, ok := s.index.lists.classes[p.Label]; ok {
		name = c.Name
	}
	percent := number("Percent", int(math.Round(p.Share*100)))
	return Reason{Kind: Class, Key: "triage.reason.class", Args: []Arg{{"Label", name}, percent}}
}

func unitArg(u org.Unit) Arg { return Arg{"Unit", u.Name} }

func number(name string, n int) Arg { return Arg{name, i18n.Text{Hans: strconv.Itoa(n)}} }
