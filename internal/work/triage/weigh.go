package triage

import (
	"maps"
	"math"
	"slices"

	"banyan/internal/work/triage/classify"
)

// The weights of the evidence, in logits. They were set by hand so that a strong, rare word of the
// subject decides alone, and checked on the routing examples of packs/fuzhou and on how often the
// best duty's category is the class a person gave a real message.
const (
	perSignal    = 1.6
	perStrong    = 1.8 // factor on a strong word
	perSubject   = 1.4 // factor on a word of the subject
	perCovered   = 0.35
	perClass     = 1.6
	perPrecedent = 1.4
	perOtherKind = -0.7
	perOffice    = 0.3 // a unit of the district itself answers for the place
	noneOfThese  = 1.2 // logit of "no duty of the list"
	floorClass   = 0.03
	certainty    = 0.7 // long messages gather signals that are not independent: shares are drawn together

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
	row        int
	signals    []weighted // the strongest, in order, at most maxReasons
	precedents int
	otherKind  bool
	logit      float64
}

type weighted struct {
	*hit
	weight float64
}

// weigh gives every duty valid on the day for which a signal or a precedent speaks, the
// maxCandidates best first.
func (x *index) weigh(in Input, day string, hits []hit, classes []classify.Probability) []evidence {
	at := make([]int32, len(x.rows)) // place in out + 1
	out := make([]evidence, 0, 64)
	of := func(row int) *evidence {
		if at[row] == 0 {
			out = append(out, evidence{row: row})
			at[row] = int32(len(out))
		}
		return &out[at[row]-1]
	}
	for i := range hits {
		for _, p := range x.words[hits[i].word].duties {
			if x.rows[p.row].ValidOn(day) {
				of(p.row).add(weighted{&hits[i], x.weight(&hits[i], p.strong)})
			}
		}
	}
	for _, p := range x.alike(in.Area, hits) {
		if row, ok := x.validOn(p.Duty, day); ok {
			of(row).precedents++
		}
	}
	shares := x.shares(classes)
	for i := range out {
		x.judge(&out[i], in, shares)
	}
	bestFirst(out, maxCandidates)
	return out
}

// bestFirst brings the n strongest to the front, in order; the others need no order.
func bestFirst(list []evidence, n int) {
	for i := range min(n, len(list)) {
		best := i
		for k := i + 1; k < len(list); k++ {
			a, b := &list[k], &list[best]
			if a.logit > b.logit || a.logit == b.logit && a.row < b.row {
				best = k
			}
		}
		list[i], list[best] = list[best], list[i]
	}
}

func (x *index) weight(h *hit, strong bool) float64 {
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

// add keeps a signal among the strongest.
func (e *evidence) add(s weighted) {
	at := len(e.signals)
	for at > 0 && e.signals[at-1].weight < s.weight {
		at--
	}
	if at == maxReasons {
		return
	}
	e.signals = slices.Insert(e.signals, at, s)
	e.signals = e.signals[:min(len(e.signals), maxReasons)]
}

// judge sums the evidence for one duty; a third and further signal counts for less and less.
func (x *index) judge(e *evidence, in Input, shares map[string]float64) {
	d := &x.rows[e.row]
	fade := 1.0
	for i, s := range e.signals {
		if i >= 2 {
			fade *= 0.7
		}
		e.logit += perSignal * s.weight * fade
	}
	e.logit += perPrecedent * math.Log2(1+float64(e.precedents))
	if n := float64(len(shares)); n > 0 {
		share, ok := shares[d.Category]
		if !ok {
			share = 1 / n // the classifier has no label for it
		}
		e.logit += perClass * math.Log((share+floorClass)*n)
	}
	if e.otherKind = in.Kind != "" && !slices.Contains(d.Kinds, in.Kind); e.otherKind {
		e.logit += perOtherKind
	}
}

// shares gives the classifier's probabilities by category; empty without a classifier.
func (x *index) shares(classes []classify.Probability) map[string]float64 {
	out := make(map[string]float64, len(classes))
	for _, c := range classes {
		if category, ok := x.lists.classes[c.Label]; ok {
			out[category.Code] += c.Share
		}
	}
	return out
}

// alike gives the precedents whose matter is this one: half of their words are here, and the places
// do not lie in different districts.
func (x *index) alike(area string, hits []hit) []*precedentWords {
	found := map[int32]int{}
	for _, h := range hits {
		for _, k := range x.words[h.word].precedents {
			found[k]++
		}
	}
	var out []*precedentWords
	here := x.lists.areas.District(area)
	for _, k := range slices.Sorted(maps.Keys(found)) { // in one order, so that sums come out the same
		p := &x.precedents[k]
		if 2*found[k] >= p.words && (here == "" || p.district == "" || p.district == here) {
			out = append(out, p)
		}
	}
	return out
}
