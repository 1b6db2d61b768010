package survey

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/fault"
)

// Kind is what sort of answer a question has.
type Kind string

// The kinds.
const (
	YesNo  Kind = "yesno"  // Yes or No
	Choice Kind = "choice" // one of the options
	Number Kind = "number" // from 0 to a million
	Date   Kind = "date"   // 2026-11-27
	Text   Kind = "text"   // at most 300 characters
)

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{YesNo, Choice, Number, Date, Text} }

// Answers to a question of kind YesNo.
const (
	Yes = "yes"
	No  = "no"
)

// QuestionsMost is how many questions a survey has at most: the less is asked, the less can get out.
const QuestionsMost = 6

// Bounds of what is written, in characters.
const (
	questionMost = 100
	optionMost   = 30
	optionsMost  = 8
	TextMost     = 300
	numberMost   = 1_000_000
)

// Question is one thing that is asked.
type Question struct {
	Text      string   `json:"text"`
	Kind      Kind     `json:"kind"`
	Options   []string `json:"options,omitempty"` // of a Choice
	Sensitive bool     `json:"sensitive,omitempty"`
}

// check gives what is wrong with the i-th question; its fields are called "q0", "k0" and "o0".
func (q Question) check(i int) (wrong fault.Fields) {
	n := strconv.Itoa(i)
	if size := utf8.RuneCountInString(q.Text); size < 2 || size > questionMost {
		wrong = append(wrong, fault.Field("q"+n, "survey.question"))
	}
	if !slices.Contains(Kinds(), q.Kind) {
		wrong = append(wrong, fault.Field("k"+n, "survey.kind"))
	}
	bad := slices.ContainsFunc(q.Options, func(o string) bool { return o == "" || utf8.RuneCountInString(o) > optionMost })
	twice := len(slices.Compact(slices.Sorted(slices.Values(q.Options)))) != len(q.Options)
	if q.Kind == Choice && (bad || twice || len(q.Options) < 2 || len(q.Options) > optionsMost) {
		wrong = append(wrong, fault.Field("o"+n, "survey.options", "Most", optionsMost))
	}
	return wrong
}

// read gives an answer in its one spelling; "" stays "". ok is false for what is no answer to the question.
func (q Question) read(answer string) (text string, ok bool) {
	answer = strings.TrimSpace(answer)
	if answer == "" {
		return "", true
	}
	switch q.Kind {
	case YesNo:
		return answer, answer == Yes || answer == No
	case Choice:
		return answer, slices.Contains(q.Options, answer)
	case Number:
		n, err := strconv.Atoi(answer)
		return strconv.Itoa(n), err == nil && n >= 0 && n <= numberMost
	case Date:
		_, err := time.Parse(time.DateOnly, answer)
		return answer, err == nil
	}
	return answer, utf8.ValidString(answer) && utf8.RuneCountInString(answer) <= TextMost
}

// cells are the answers that are counted: those of which there are a few. Others are only counted as given.
func (q Question) cells() []string {
	switch q.Kind {
	case YesNo:
		return []string{Yes, No}
	case Choice:
		return q.Options
	}
	return nil
}
