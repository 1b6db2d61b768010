package leak

import (
	"cmp"
	"math"
	"slices"

	"banyan/internal/register/person"
)

// FalseMost is how likely it may be that anybody innocent is named: one in a million.
const FalseMost = 1e-6

// Suspect is a viewer with what the rows say about them.
type Suspect struct {
	Viewer string
	Seen   int     // matched people that they had seen masked
	Agree  int     // of these, how many rows agree with their mark rather than with a random one
	LogE   float64 // natural logarithm of the e-value
	Share  float64 // probability among all viewers who were compared, before anything else is known of them
}

// Verdict is what the rows say.
type Verdict struct {
	Viewers  int     // compared: whoever had seen one of the people
	Named    bool    // whether the first suspect may be named
	Bound    float64 // the probability that the first suspect is named though innocent is at most this
	Suspects []Suspect
}

// leastViewers is how many viewers the bound reckons with at least: where few had seen the people, the list may still come from
// somebody who is not in the trail. With it five rows never name anybody.
const leastViewers = 100

// doubt is how often a row is taken to be about somebody else than its match, at least.
const doubt = 0.1

// Compare compares viewers with rows and gives the most likely ones. saw tells for each viewer which of the matched people they had seen; mark is how they see
// them.
func Compare(matches []person.Match, saw map[string]map[string]bool, mark func(viewer, who string) person.Pattern, most int) Verdict {
	v := Verdict{Viewers: len(saw), Bound: 1}
	likes := make([][person.Patterns]float64, len(matches))
	for i, m := range matches {
		likes[i] = m.Likelihoods()
	}
	for viewer, people := range saw {
		s := Suspect{Viewer: viewer}
		for i, m := range matches {
			if m.Person == "" {
				continue
			}
			wrong := max(1-m.Sure, doubt)
			if !people[m.Person] { // the row came from elsewhere, or is about somebody else
				s.LogE += math.Log(wrong)
				continue
			}
			like := likes[i][mark(viewer, m.Person)]
			s.LogE += math.Log(wrong + (1-wrong)*like)
			if s.Seen++; like > 1 {
				s.Agree++
			}
		}
		v.Suspects = append(v.Suspects, s)
	}
	slices.SortFunc(v.Suspects, func(a, b Suspect) int { return cmp.Or(cmp.Compare(b.LogE, a.LogE), cmp.Compare(a.Viewer, b.Viewer)) })
	v.share()
	if len(v.Suspects) > 0 {
		v.Bound = min(1, float64(max(v.Viewers, leastViewers))*math.Exp(-v.Suspects[0].LogE))
		v.Named = v.Bound <= FalseMost
	}
	v.Suspects = v.Suspects[:min(len(v.Suspects), most)]
	return v
}

// share turns e-values into probabilities: each viewer and "nobody of these" are equally likely beforehand.
func (v *Verdict) share() {
	if len(v.Suspects) == 0 {
		return
	}
	top := max(v.Suspects[0].LogE, 0)
	sum := math.Exp(-top) // nobody of these: an e-value of 1
	for _, s := range v.Suspects {
		sum += math.Exp(s.LogE - top)
	}
	for i := range v.Suspects {
		v.Suspects[i].Share = math.Exp(v.Suspects[i].LogE-top) / sum
	}
}
