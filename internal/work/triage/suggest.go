package triage

import (
	"cmp"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/i18n"
	"banyan/internal/work/triage/classify"
)

const (
	maxCandidates = 5
	maxReasons    = 8 // signals named for one candidate
)

// Suggester weighs messages against one version of the duty list. It never changes and is safe for
// concurrent use.
type Suggester struct {
	index   *index
	model   *classify.Model // nil when none is trained
	version string
}

// NewSuggester prepares a list; model may be nil.
func NewSuggester(lists *Lists, model *classify.Model, precedents []Precedent) *Suggester {
	s := &Suggester{index: newIndex(lists, precedents), model: model, version: lists.Version + "/signals"}
	if model != nil {
		s.version = lists.Version + "/" + model.Digest()
	}
	return s
}

// Suggest ranks the duties for one message. It always gives a candidate with a reason.
func (s *Suggester) Suggest(in Input) Suggestion {
	x, out := s.index, Suggestion{Version: s.version}
	if s.model != nil {
		out.Classes = s.model.Classify(nil, in.Subject, in.Text)
	}
	day, early := in.At, in.At.Before(x.first)
	if early {
		day = x.first
	}
	found := x.weigh(in, day, x.hits(in.Subject, in.Text), out.Classes)
	out.Candidates = s.candidates(in, found, &out)
	if len(out.Candidates) == 0 {
		out.Candidates = []Candidate{s.fallback(in, day, &out)}
	}
	if early {
		for i := range out.Candidates {
			c := &out.Candidates[i]
			c.Reasons = append(c.Reasons, Reason{Kind: Fallback, Key: "triage.reason.before_list"})
		}
	}
	return out
}

// candidates resolves the best duties at the place, which may change their order, and turns the
// evidence into shares of everything found and of noneOfThese.
func (s *Suggester) candidates(in Input, found []evidence, out *Suggestion) []Candidate {
	var list []Candidate
	total := math.Exp(noneOfThese)
	for i, e := range found {
		if i < maxCandidates {
			c := Candidate{Duty: s.index.lists.Duties[e.duty].Code, Reasons: s.reasons(e, out.Classes)}
			place, office := s.resolve(&c, in, out)
			if office {
				e.logit += perOffice
			}
			c.Reasons = append(c.Reasons, place)
			c.Score = math.Exp(e.logit)
			list = append(list, c)
		}
		total += math.Exp(e.logit)
	}
	for i := range list {
		list[i].Score /= total
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

// resolve fills in the units and says why these; office is true when a unit of the place's own
// district leads.
func (s *Suggester) resolve(c *Candidate, in Input, out *Suggestion) (r Reason, office bool) {
	l := s.index.lists
	facts := map[string]any{"text": in.Subject + "\n" + in.Text, "kind": in.Kind, "urgent": in.Urgent}
	parties, err := l.Resolve(c.Duty, s.place(in), facts)
	if err != nil {
		out.Alarms = append(out.Alarms, Alarm{c.Duty, err.Error()})
	}
	if parties.Lead == "" {
		c.Lead = l.Centre
		return Reason{Kind: Fallback, Key: "triage.reason.no_unit", Args: []Arg{s.unit(c.Lead)}}, false
	}
	c.Lead, c.Assisting = parties.Lead, parties.Assisting
	district := l.District(in.Area)
	if district == "" {
		return Reason{Kind: Place, Key: "triage.reason.place_unknown", Args: []Arg{s.unit(c.Lead)}}, false
	}
	area := Arg{"Area", l.AreaName(in.Area)}
	return Reason{Kind: Place, Key: "triage.reason.place", Args: []Arg{area, s.unit(c.Lead)}}, unitArea(c.Lead) != l.City
}

// place is where the duty is resolved: the city when the place is not known.
func (s *Suggester) place(in Input) string {
	if in.Area == "" || s.index.lists.District(in.Area) == "" {
		return s.index.lists.City
	}
	return in.Area
}

func (s *Suggester) unit(id string) Arg { return Arg{"Unit", s.index.lists.UnitName(id)} }

// fallback is the class's general duty when the classifier is sure enough, else the hotline centre.
func (s *Suggester) fallback(in Input, day time.Time, out *Suggestion) Candidate {
	l := s.index.lists
	if len(out.Classes) == 0 {
		return s.centre(Reason{Kind: Class, Key: "triage.reason.class_absent"})
	}
	best := out.Classes[0]
	general, ok := s.index.place[l.General[l.Categories[best.Label]]]
	if !ok || best.Share < 0.5 || !l.Duties[general].validOn(day) {
		return s.centre(classReason(best))
	}
	c := Candidate{Duty: l.Duties[general].Code, Score: best.Share / 2}
	c.Reasons = []Reason{{Kind: Fallback, Key: "triage.reason.general"}, classReason(best)}
	place, _ := s.resolve(&c, in, out)
	c.Reasons = append(c.Reasons, place)
	return c
}

func (s *Suggester) centre(also Reason) Candidate {
	id := s.index.lists.Centre
	first := Reason{Kind: Fallback, Key: "triage.reason.centre", Args: []Arg{s.unit(id)}}
	return Candidate{Score: 0.05, Lead: id, Reasons: []Reason{first, also}}
}

func (s *Suggester) reasons(e evidence, classes []classify.Probability) []Reason {
	var out []Reason
	for _, h := range e.signals[:min(len(e.signals), maxReasons)] {
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
	} else if r := classReason(classes[0]); s.index.lists.Categories[classes[0].Label] == s.index.lists.Duties[e.duty].Category {
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

func classReason(p classify.Probability) Reason {
	return Reason{Kind: Class, Key: "triage.reason.class", Args: []Arg{
		{"Label", i18n.Text{Hans: p.Label}}, number("Percent", int(math.Round(p.Share*100)))}}
}

func sizeAt(text string, at int) int {
	_, n := utf8.DecodeRuneInString(text[at:])
	return n
}
