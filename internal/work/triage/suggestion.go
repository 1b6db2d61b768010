package triage

import (
	"time"

	"banyan/internal/platform/i18n"
	"banyan/internal/work/triage/classify"
)

// Input is what is known of a message when its owner is looked for.
type Input struct {
	ID      string // the caller's name for it in a dry run; not used otherwise
	Subject string
	Text    string
	Area    string // area code; empty or the city's when the place is not known
	Kind    string // code of the kind of request; may be empty
	Urgent  bool
	At      time.Time // the duties valid on this day are weighed
}

// Kind tells what a reason rests on.
type Kind string

// The kinds of reason.
const (
	Signal      Kind = "signal"
	Class       Kind = "class"
	Place       Kind = "place"
	PrecedentOf Kind = "precedent"
	RequestKind Kind = "kind"
	Fallback    Kind = "fallback"
)

// Arg is a named value of a reason's sentence, in the languages it has.
type Arg struct {
	Name  string    `json:"name"`
	Value i18n.Text `json:"value"`
}

// Span is a stretch of the message to highlight, as byte offsets in Input.Subject or Input.Text.
type Span struct {
	InSubject bool   `json:"in_subject,omitempty"`
	From      int    `json:"from"`
	To        int    `json:"to"`
	Word      string `json:"word"` // the word of the duty list
}

// Reason is one thing that speaks for or against a candidate: a message key, its values and what to
// highlight.
type Reason struct {
	Kind  Kind   `json:"kind"`
	Key   string `json:"key"`
	Args  []Arg  `json:"args,omitempty"`
	Words []Span `json:"words,omitempty"`
}

// Values gives the arguments as the catalogue takes them: name, value, name, value. A value with one
// language is a plain string, so that the catalogue can count with it.
func (r Reason) Values() []any {
	out := make([]any, 0, 2*len(r.Args))
	for _, a := range r.Args {
		if a.Value == (i18n.Text{Hans: a.Value.Hans}) {
			out = append(out, a.Name, a.Value.Hans)
		} else {
			out = append(out, a.Name, a.Value)
		}
	}
	return out
}

// Candidate is a proposed duty with the units that would get it. Duty is empty when only the hotline
// centre is left to ask.
type Candidate struct {
	Duty      string   `json:"duty"`
	Score     float64  `json:"score"` // share of the evidence, above 0 and below 1
	Lead      string   `json:"lead"`  // unit id
	Assisting []string `json:"assisting,omitempty"`
	Reasons   []Reason `json:"reasons"` // strongest first, never empty
}

// Alarm is a rule of the duty list that could not be evaluated for this message.
type Alarm struct {
	Duty string `json:"duty"`
	What string `json:"what"` // for the keeper of the list; holds no words of the message
}

// Suggestion is ranked candidates, best first and never empty.
type Suggestion struct {
	Version    string                 `json:"version"` // duty list and model
	Candidates []Candidate            `json:"candidates"`
	Classes    []classify.Probability `json:"-"` // best first; empty without a classifier
	Alarms     []Alarm                `json:"alarms,omitempty"`
}

// Best is the first candidate.
func (s Suggestion) Best() Candidate { return s.Candidates[0] }
