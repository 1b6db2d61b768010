package oversee

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// Rate is a share with what it was counted from. Percent is nil when nothing
// was counted: no number is better than a made-up one.
type Rate struct {
	Good    int      `json:"good"`
	Counts  int      `json:"counts"`
	Percent *float64 `json:"percent"`
}

// UnitRates are the rates of one unit.
type UnitRates struct {
	Unit    string          `json:"unit"`
	Name    string          `json:"name"`            // its id once it has left the pack
	Group   string          `json:"group"`           // empty once it has left the pack: then it has no rank
	Staff   int             `json:"staff,omitempty"` // people working there, 0 when not known
	Rates   map[string]Rate `json:"rates"`
	Score   *float64        `json:"score"` // weighted over the rates that have a number
	Partial bool            `json:"partial,omitempty"`
	Rank    int             `json:"rank,omitempty"` // within the group; 0: too few cases to rank
}

// Period is months from and to, both included: "2026-01". Empty is open.
type Period struct{ From, To string }

// MonthOf is the month of an instant in city time.
func MonthOf(t time.Time) string { return t.In(clock.City).Format("2006-01") }

// Rates gives the rates of all units in a period, ranked within their groups,
// best first. The actor's reach is the whole list: rankings are public inside
// the administration, but only those who may read reports see them.
func (s *Service) Rates(ctx context.Context, actor access.Actor, p Period) ([]UnitRates, error) {
	if err := s.Policy.Check(actor, access.ReportRead, access.Resource{Kind: "list", AreaPath: actor.Area}); err != nil {
		return nil, err
	}
	return s.AllRates(ctx, p)
}

// AllRates is Rates for the program itself: the report command and the brain.
func (s *Service) AllRates(ctx context.Context, p Period) ([]UnitRates, error) {
	var totals map[key]tally
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		totals, err = sumTotals(tx, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sum the rates: %w", err)
	}
	return s.rank(totals), nil
}

type key struct{ unit, indicator string }

type tally struct{ counts, good int }

// rank turns totals into rates, scores and places under the rules of today.
func (s *Service) rank(totals map[key]tally) []UnitRates {
	v := s.Rules.at(s.Clock.Now())
	byUnit := map[string]*UnitRates{}
	for k, t := range totals {
		u, ok := byUnit[k.unit]
		if !ok {
			o, there := s.Orgs.Get(k.unit)
			if !there {
				o.Name.Hans = k.unit
			}
			u = &UnitRates{Unit: k.unit, Name: o.Name.Hans, Group: o.Group, Staff: o.Staff, Rates: map[string]Rate{}}
			byUnit[k.unit] = u
		}
		u.Rates[k.indicator] = rate(t, v.Rounding)
	}
	var list []UnitRates
	for _, u := range byUnit {
		for _, in := range v.Indicators {
			if _, ok := u.Rates[in.Code]; !ok {
				u.Rates[in.Code] = Rate{}
			}
		}
		u.Score, u.Partial = score(v, u.Rates)
		list = append(list, *u)
	}
	slices.SortFunc(list, better)
	place(list, v.Ranking.MinCases)
	return list
}

func rate(t tally, decimals int) Rate {
	r := Rate{Good: t.good, Counts: t.counts}
	if t.counts > 0 {
		p := round(100*float64(t.good)/float64(t.counts), decimals)
		r.Percent = &p
	}
	return r
}

func round(x float64, decimals int) float64 {
	f := math.Pow10(decimals)
	return math.Round(x*f) / f
}

// score is the weighted mean of the rates that have a number; partial says that
// one is missing.
func score(v compiled, rates map[string]Rate) (*float64, bool) {
	sum, weights, partial := 0.0, 0, false
	for _, in := range v.Indicators {
		r := rates[in.Code]
		if in.Weight == 0 {
			continue // shown, not scored
		}
		if r.Counts <= 0 {
			partial = true
			continue
		}
		sum += float64(in.Weight) * 100 * float64(r.Good) / float64(r.Counts)
		weights += in.Weight
	}
	if weights == 0 {
		return nil, partial
	}
	x := round(sum/float64(weights), v.Rounding)
	return &x, partial
}

// better orders by group, then complete before partial, then score.
func better(a, b UnitRates) int {
	switch {
	case a.Group != b.Group:
		return compare(a.Group, b.Group)
	case (a.Score == nil) != (b.Score == nil):
		return boolCompare(a.Score == nil, b.Score == nil)
	case a.Partial != b.Partial:
		return boolCompare(a.Partial, b.Partial)
	case a.Score != nil && *a.Score != *b.Score:
		return boolCompare(*a.Score < *b.Score, *b.Score < *a.Score)
	}
	return compare(a.Unit, b.Unit)
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return boolCompare(a > b, false)
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// place numbers the units of each group. A unit with too few assessed events
// is shown without a place, one without a group is compared with nobody, and
// equal scores share a place.
func place(list []UnitRates, min int) {
	var last *UnitRates // the one placed before
	n := 0
	for i := range list {
		u := &list[i]
		if u.Group == "" || u.Score == nil || u.Partial || most(u.Rates) < min {
			continue
		}
		if last != nil && last.Group != u.Group {
			n, last = 0, nil
		}
		n++
		u.Rank = n
		if last != nil && *last.Score == *u.Score {
			u.Rank = last.Rank
		}
		last = u
	}
}

func most(rates map[string]Rate) int {
	n := 0
	for _, r := range rates {
		n = max(n, r.Counts)
	}
	return n
}

// Entries lists the score lines of a unit in a period, newest first: the drill
// down behind every rate.
func (s *Service) Entries(ctx context.Context, actor access.Actor, unit string, p Period, limit int) (out []Entry, err error) {
	if err := s.Policy.Check(actor, access.ReportRead, s.unitResource(unit)); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listEntries(tx, unit, p, limit)
		return err
	})
	return out, err
}

// Groups names the comparison groups that units belong to.
func (s *Service) Groups(units []UnitRates) []string {
	var gs []string
	for _, u := range units {
		if !slices.Contains(gs, u.Group) {
			gs = append(gs, u.Group)
		}
	}
	return gs
}
