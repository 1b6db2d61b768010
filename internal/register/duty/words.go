package duty

import (
	"slices"

	"banyan/internal/platform/i18n"
	"banyan/internal/platform/pack"
)

// Category is the widest class of duties; Label is the class of the text classifier, empty when it has none.
type Category struct {
	Code  string    `yaml:"code"`
	Name  i18n.Text `yaml:"name"`
	Label string    `yaml:"label"`
}

// Topic is what people speak of inside a category.
type Topic struct {
	Code     string    `yaml:"code"`
	Category string    `yaml:"category"`
	Name     i18n.Text `yaml:"name"`
}

// Kind is a kind of request: inquiry, help, complaint, report, suggestion, praise, other.
type Kind struct {
	Code      string    `yaml:"code"`
	Name      i18n.Text `yaml:"name"`
	Anonymous bool      `yaml:"anonymous"` // may be made without a name
	Public    bool      `yaml:"public"`    // may be published when the requester agrees
}

// Channel is the way a request came.
type Channel struct {
	Code string    `yaml:"code"`
	Name i18n.Text `yaml:"name"`
	Icon string    `yaml:"icon"`
}

// Reason is a reason for a decision. Where tells a declined requester where to go; Needs names what whoever
// decides must add: words, unit, date, attachment.
type Reason struct {
	Code  string    `yaml:"code"`
	For   string    `yaml:"for"`
	Name  i18n.Text `yaml:"name"`
	Where i18n.Text `yaml:"where"`
	Needs []string  `yaml:"needs"`
}

// Decisions a reason can be for.
const (
	Decline    = "decline"
	Return     = "return"
	Extension  = "extension"
	Park       = "park"
	Dispute    = "dispute"
	OutOfScope = "out_of_scope"
	Unmerge    = "unmerge"
	Rating     = "rating"
)

// Category gives the category of that code; ok is false when there is none.
func (r *Register) Category(code string) (Category, bool) { return r.categories.get(code) }

// Categories lists them in the pack's order.
func (r *Register) Categories() []Category { return slices.Clone(r.categories.list) }

// Topic gives the topic of that code; ok is false when there is none.
func (r *Register) Topic(code string) (Topic, bool) { return r.topics.get(code) }

// Topics lists them in the pack's order.
func (r *Register) Topics() []Topic { return slices.Clone(r.topics.list) }

// Kind gives the kind of that code; ok is false when there is none.
func (r *Register) Kind(code string) (Kind, bool) { return r.kinds.get(code) }

// Kinds lists them in the pack's order.
func (r *Register) Kinds() []Kind { return slices.Clone(r.kinds.list) }

// Channel gives the channel of that code; ok is false when there is none.
func (r *Register) Channel(code string) (Channel, bool) { return r.channels.get(code) }

// Channels lists them in the pack's order.
func (r *Register) Channels() []Channel { return slices.Clone(r.channels.list) }

// Reason gives the reason of that code; ok is false when there is none.
func (r *Register) Reason(code string) (Reason, bool) { return r.reasons.get(code) }

// KindName is the name of a kind in a language; an unknown code stands for itself.
func (r *Register) KindName(code string, l i18n.Lang) string {
	return r.kinds.name(code, l, func(x Kind) i18n.Text { return x.Name })
}

// ChannelName is the name of a channel in a language; an unknown code stands for itself.
func (r *Register) ChannelName(code string, l i18n.Lang) string {
	return r.channels.name(code, l, func(x Channel) i18n.Text { return x.Name })
}

// ReasonName is the name of a reason in a language; an unknown code stands for itself.
func (r *Register) ReasonName(code string, l i18n.Lang) string {
	return r.reasons.name(code, l, func(x Reason) i18n.Text { return x.Name })
}

// Reasons lists the reasons for a decision in the pack's order.
func (r *Register) Reasons(decision string) []Reason {
	var out []Reason
	for _, x := range r.reasons.list {
		if x.For == decision {
			out = append(out, x)
		}
	}
	return out
}

// table is the rows of a section by their code.
type table[T any] struct {
	list   []T
	byCode map[string]int
	src    pack.Sources
}

func (x table[T]) get(code string) (row T, ok bool) {
	i, ok := x.byCode[code]
	if !ok {
		return row, false
	}
	return x.list[i], true
}

// name is the name of a row, or the code that nobody knows.
func (x table[T]) name(code string, l i18n.Lang, of func(T) i18n.Text) string {
	if row, ok := x.get(code); ok {
		return of(row).In(l)
	}
	return code
}

// readTable reads a section; what is wrong is added to the problems.
func readTable[T any](p *pack.Pack, section string, code func(T) string, ps *pack.Problems) table[T] {
	rows, src, err := pack.Section(p, section, code)
	*ps = append(*ps, pack.AsProblems(err)...)
	x := table[T]{list: rows, byCode: map[string]int{}, src: src}
	for i, row := range rows {
		x.byCode[code(row)] = i
	}
	return x
}

// readWords reads the words a list is written in and checks what they say of each other.
func (r *Register) readWords(p *pack.Pack) (ps pack.Problems) {
	r.categories = readTable(p, "categories", func(x Category) string { return x.Code }, &ps)
	r.topics = readTable(p, "topics", func(x Topic) string { return x.Code }, &ps)
	r.kinds = readTable(p, "kinds", func(x Kind) string { return x.Code }, &ps)
	r.channels = readTable(p, "channels", func(x Channel) string { return x.Code }, &ps)
	r.reasons = readTable(p, "reasons", func(x Reason) string { return x.Code }, &ps)
	for _, t := range r.topics.list {
		if _, ok := r.Category(t.Category); !ok {
			ps = append(ps, r.topics.src.Problem(t.Code, "category", "there is no category "+t.Category))
		}
	}
	for _, x := range r.reasons.list {
		ps = append(ps, r.checkReason(x)...)
	}
	return ps
}

func (r *Register) checkReason(x Reason) (ps pack.Problems) {
	decisions := []string{Decline, Return, Extension, Park, Dispute, OutOfScope, Unmerge, Rating}
	if !slices.Contains(decisions, x.For) {
		ps = append(ps, r.reasons.src.Problem(x.Code, "for", x.For+" is no decision that needs reasons"))
	}
	if x.For == Decline && x.Where.Hans == "" {
		ps = append(ps, r.reasons.src.Problem(x.Code, "where", "a declined requester must be told where to go"))
	}
	for _, need := range x.Needs {
		if !slices.Contains([]string{"words", "unit", "date", "attachment"}, need) {
			ps = append(ps, r.reasons.src.Problem(x.Code, "needs", need+" is none of words, unit, date, attachment"))
		}
	}
	return ps
}
