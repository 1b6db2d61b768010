package triage

import (
	"cmp"
	"math"
	"slices"
	"time"

	"banyan/internal/work/triage/classify"
)

// The weights of the evidence, in logits. They were set on given/expect examples of packs: a strong,
// rare word of the subject decides alone; two ordinary rare words outweigh a wrong class.
const (
	perSignal    = 1.6
	perStrong    = 1.8 // factor on a strong word
	perSubject   = 1.4 // factor on a word of the subject
	perCovered   = 0.35
	perClass     = 0.9
	perPrecedent = 1.4
	perOtherKind = -0.7
	perOffice    = 0.3 // a unit of the district itself answers for the place
	noneOfThese  = 1.2 // logit of "no duty of the list"
	floorClass   = 0.03

	maxSpans = 4 // places of one word that are kept
)

// hit is a word found, with all its places; covered when each lies in a longer word found.
type hit struct {
	word      int32
	inSubject bool
	covered   bool
	spans     []Span
}

func (x *index) hits(subject, text string) []hit {
	var spans []Span
	var words []int32
	kept := make([]uint8, len(x.words))
	collect := func(inSubject bool) func(int32, int, int) {
		return func(w int32, from, to int) {
			if kept[w] == maxSpans {
				return
			}
			kept[w]++
			spans = append(spans, Span{inSubject, from, to, x.words[w].text})
			words = append(words, w)
		}
	}
	x.find.find(subject, collect(true))
	x.find.find(text, collect(false))
	at := make(map[int32]int, len(words))
	var out []hit
	for i, s := range spans {
		k, ok := at[words[i]]
		if !ok {
			k = len(out)
			at[words[i]] = k
			out = append(out, hit{word: words[i], covered: true})
		}
		h := &out[k]
		h.spans = append(h.spans, s)
		h.inSubject = h.inSubject || s.InSubject
		h.covered = h.covered && inside(s, spans)
	}
	return out
}

// inside tells whether a longer span holds s.
func inside(s Span, all []Span) bool {
	return slices.ContainsFunc(all, func(o Span) bool {
		return o.InSubject == s.InSubject && o.From <= s.From && o.To >= s.To && o.To-o.From > s.To-s.From
	})
}

// evidence is what speaks for one duty.
type evidence struct {
	duty       int
	signals    []weighted // strongest first
	precedents int
	class      float64 // probability of its category; -1 without a classifier
	otherKind  bool
	logit      float64
}

type weighted struct {
	*hit
	weight float64
}

// weigh gives every duty valid on the day for which a signal or a precedent speaks, best first.
func (x *index) weigh(in Input, day time.Time, hits []hit, classes []classify.Probability) []evidence {
	at := map[int]int{}
	var out []evidence
	of := func(duty int) *evidence {
		k, ok := at[duty]
		if !ok {
			k = len(out)
			at[duty] = k
			out = append(out, evidence{duty: duty})
		}
		return &out[k]
	}
	for i := range hits {
		for _, p := range x.words[hits[i].word].duties {
			if x.lists.Duties[p.duty].validOn(day) {
				e := of(p.duty)
				e.signals = append(e.signals, weighted{&hits[i], x.weight(hits[i], p.strong)})
			}
		}
	}
	for _, p := range x.precedents {
		if x.lists.Duties[p.duty].validOn(day) && x.alike(p, in.Area, hits) {
			of(p.duty).precedents++
		}
	}
	for i := range out {
		x.judge(&out[i], in, classes)
	}
	slices.SortFunc(out, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.logit, a.logit), cmp.Compare(a.duty, b.duty))
	})
	return out
}

func (x *index) weight(h hit, strong bool) float64 {
	w := x.words[h.word].rarity * x.words[h.word].length
	if strong {
		w *= perStrong
	}
	if h.inSubject {
		w *= perSubject
	}
	if h.covered {
		w *= perCovered
	}
	return w
}

// judge sums the evidence for one duty; a third and further signal counts for less and less.
func (x *index) judge(e *evidence, in Input, classes []classify.Probability) {
	slices.SortStableFunc(e.signals, func(a, b weighted) int { return cmp.Compare(b.weight, a.weight) })
	d := x.lists.Duties[e.duty]
	fade := 1.0
	for i, s := range e.signals {
		if i >= 2 {
			fade *= 0.7
		}
		e.logit += perSignal * s.weight * fade
	}
	e.logit += perPrecedent * math.Log2(1+float64(e.precedents))
	e.class = -1
	if len(classes) > 0 {
		e.class = x.share(d.Category, classes)
		e.logit += perClass * math.Log((max(e.class, 0)+floorClass)*float64(len(classes)))
	}
	if e.otherKind = in.Kind != "" && len(d.Kinds) > 0 && !slices.Contains(d.Kinds, in.Kind); e.otherKind {
		e.logit += perOtherKind
	}
}

// share is the probability of a category; one the classifier has no label for gets an even share.
func (x *index) share(category string, classes []classify.Probability) float64 {
	for _, c := range classes {
		if x.lists.Categories[c.Label] == category {
			return c.Share
		}
	}
	return 1 / float64(len(classes))
}

// alike tells whether a precedent's matter is this one: half of its words are here, and the places
// do not lie in different districts.
func (x *index) alike(p precedentWords, area string, hits []hit) bool {
	if len(p.words) == 0 {
		return false
	}
	there, here := x.lists.District(p.Area), x.lists.District(area)
	if there != "" && here != "" && there != here {
		return false
	}
	found := 0
	for _, h := range hits {
		if _, ok := slices.BinarySearch(p.words, h.word); ok {
			found++
		}
	}
	return 2*found >= len(p.words)
}
