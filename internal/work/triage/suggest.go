package triage

import (
	"cmp"
	"math"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/register/duty"
	"banyan/internal/register/org"
	"banyan/internal/work/triage/classify"
)

// maxCandidates is how many duties one suggestion shows.
const maxCandidates = 5

// Suggester weighs messages against one version of the duty list. It never changes and is safe for
// concurrent use.
type Suggester struct {
	index   *index
	model   *classify.Model // nil when none is trained
	version string
}

// NewSuggester prepares a list; model may be nil.
func NewSuggester(lists *Lists, model *classify.Model, precedents []Precedent) *Suggester {
	s := &Suggester{index: newIndex(lists, precedents), model: model, version: lists.duties.Version() + "/signals"}
	if model != nil {
		s.version = lists.duties.Version() + "/" + model.Digest()
	}
	return s
}

// Suggest ranks the duties for one message. It always gives a candidate with a reason.
func (s *Suggester) Suggest(in Input) Suggestion {
	x, out := s.index, Suggestion{Version: s.version}
	if s.model != nil {
		out.Classes = s.model.Classify(nil, in.Subject, in.Text)
	}
	day := in.At.In(clock.City).Format(time.DateOnly)
	early := day < x.first
	day = max(day, x.first)
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
	total := math.Exp(certainty * noneOfThese)
	for i, e := range found {
		if i < maxCandidates {
			c := Candidate{Duty: s.index.rows[e.row].Code, Reasons: s.reasons(e, out.Classes)}
			place, office := s.resolve(&c, s.index.rows[e.row], in, out)
			if office {
				e.logit += perOffice
			}
			c.Reasons = append(c.Reasons, place)
			c.Score = math.Exp(certainty * e.logit)
			list = append(list, c)
		}
		total += math.Exp(certainty * e.logit)
	}
	for i := range list {
		list[i].Score /= total
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

// resolve fills in the units and says why these; office is true when a unit of the place's own
// district leads.
func (s *Suggester) resolve(c *Candidate, d duty.Duty, in Input, out *Suggestion) (r Reason, office bool) {
	l := s.index.lists
	got, err := l.resolve(d, in)
	if err != nil && fault.KindOf(err) == fault.Internal {
		out.Alarms = append(out.Alarms, Alarm{d.Code, err.Error()})
	}
	c.Lead, c.Assisting = got.Lead.ID, units(got.Assisting)
	if c.Lead == "" {
		hotline := l.hotline()
		c.Lead = hotline.ID
		return refused(err, hotline), false
	}
	at, _ := l.areas.Get(in.Area)
	if l.areas.District(in.Area) == "" {
		return Reason{Kind: Place, Key: "triage.reason.place_unknown", Args: []Arg{unitArg(got.Lead)}}, false
	}
	r = Reason{Kind: Place, Key: "triage.reason.place", Args: []Arg{{"Area", at.Name}, unitArg(got.Lead)}}
	return r, got.Lead.Area != l.areas.City().Code
}

// refused says why a duty has no unit: the place is outside the city's reach, or the list is wrong.
func refused(err error, hotline org.Unit) Reason {
	r := Reason{Kind: Fallback, Key: "triage.reason.no_unit", Args: []Arg{unitArg(hotline)}}
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		r.Key = "triage.reason.outside"
		for i := 0; i+1 < len(f.Args); i += 2 {
			name, _ := f.Args[i].(string)
			if text, ok := f.Args[i+1].(i18n.Text); ok {
				r.Args = append(r.Args, Arg{name, text})
			}
		}
	}
	return r
}

// fallback is the class's general duty when the classifier is sure enough, else the duty that takes what is
// left, else the hotline centre.
func (s *Suggester) fallback(in Input, day string, out *Suggestion) Candidate {
	l, key, score, why := s.index.lists, "triage.reason.last", 0.05, Reason{Kind: Class, Key: "triage.reason.class_absent"}
	code := l.last
	if len(out.Classes) > 0 {
		best := out.Classes[0]
		why = s.classReason(best)
		if general := l.general[l.classes[best.Label].Code]; best.Share >= 0.5 && general != "" {
			code, key, score = general, "triage.reason.general", best.Share/2
		}
	}
	row, ok := s.index.validOn(code, day)
	if !ok {
		return s.centre(why)
	}
	c := Candidate{Duty: s.index.rows[row].Code, Score: score}
	c.Reasons = []Reason{{Kind: Fallback, Key: key}, why}
	place, _ := s.resolve(&c, s.index.rows[row], in, out)
	c.Reasons = append(c.Reasons, place)
	return c
}

func (s *Suggester) centre(also Reason) Candidate {
	hotline := s.index.lists.hotline()
	first := Reason{Kind: Fallback, Key: "triage.reason.centre", Args: []Arg{unitArg(hotline)}}
	return Candidate{Score: 0.05, Lead: hotline.ID, Reasons: []Reason{first, also}}
}
