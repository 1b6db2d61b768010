package brain

import (
	"math"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// soon is how long before its due time a case counts as at risk.
const soon = 24 * time.Hour

// share is one part of an area with what is in hand there.
type share struct {
	area.Area
	Open, AtRisk, Overdue, Calls int
}

// perTenThousand is the cases in hand per 10,000 residents; ok is false where
// the number of residents is not known.
func (s share) perTenThousand() (rate float64, ok bool) {
	if s.Population == 0 {
		return 0, false
	}
	return 10_000 * float64(s.Open) / float64(s.Population), true
}

func (s *share) add(l casework.Load) {
	s.Open, s.AtRisk, s.Overdue = s.Open+l.Open, s.AtRisk+l.AtRisk, s.Overdue+l.Overdue
}

// shares divides what is in hand in an area among its parts. rest is what is
// known to lie in the area and no finer; whole is everything.
func (r *Room) shares(of area.Area, loads []casework.Load) (parts []share, rest, whole share) {
	whole.Area = of
	at := map[string]int{}
	for _, a := range r.City.Areas.Children(of.Code) {
		at[a.Code] = len(parts)
		parts = append(parts, share{Area: a})
	}
	for _, l := range loads {
		part := l.Subdistrict
		if of.Kind == area.City {
			part = l.District
		} else if l.District != of.Code {
			continue
		}
		whole.add(l)
		if i, ok := at[part]; ok {
			parts[i].add(l)
		} else {
			rest.add(l)
		}
	}
	return parts, rest, whole
}

// together sums each indicator over the units that keep wants. A sum without a
// counted event has no percentage.
func together(list []oversee.UnitRates, rules oversee.Version, keep func(oversee.UnitRates) bool) map[string]oversee.Rate {
	sums := map[string]oversee.Rate{}
	for _, u := range list {
		if !keep(u) {
			continue
		}
		for code, x := range u.Rates {
			s := sums[code]
			s.Good, s.Counts = s.Good+x.Good, s.Counts+x.Counts
			sums[code] = s
		}
	}
	decimals := math.Pow10(rules.Rounding)
	for code, s := range sums {
		if s.Counts > 0 {
			p := math.Round(100*float64(s.Good)/float64(s.Counts)*decimals) / decimals
			s.Percent = &p
			sums[code] = s
		}
	}
	return sums
}

// midnight is the beginning of the city's day.
func midnight(t time.Time) time.Time {
	y, m, d := t.In(clock.City).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, clock.City)
}
