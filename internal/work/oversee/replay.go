package oversee

import (
	"context"
	"fmt"
	"slices"

	"banyan/internal/platform/db"
)

// Replay assesses a stream of events from the beginning, without the store.
type Replay struct {
	s      *Service
	totals map[key]tally
}

// Replay begins an empty recount under the service's rules.
func (s *Service) Replay() *Replay { return &Replay{s: s, totals: map[key]tally{}} }

// Add assesses the events of one journal entry. Like the store it counts an
// indicator once for a unit and an entry.
func (r *Replay) Add(events []Event) error {
	seen := map[Entry]bool{}
	for _, ev := range events {
		ev.Group = r.s.group(ev.Unit)
		entries, err := r.s.Rules.assess(ev)
		if err != nil {
			return fmt.Errorf("assess %s of case %s: %w", ev.Kind, ev.Case, err)
		}
		for _, e := range entries {
			line := Entry{Case: e.Case, Seq: e.Seq, Unit: e.Unit, Indicator: e.Indicator}
			if seen[line] {
				continue
			}
			seen[line] = true
			k := key{e.Unit, e.Indicator}
			t := r.totals[k]
			r.totals[k] = tally{t.counts + e.Counts, t.good + e.Good}
		}
	}
	return nil
}

// Differing compares the recount with the store, granted appeals set aside, and
// names every unit and indicator whose numbers are not the same.
func (r *Replay) Differing(ctx context.Context) ([]string, error) {
	var stored map[key]tally
	err := r.s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		stored, err = sumEntries(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sum the score lines: %w", err)
	}
	var out []string
	for k, t := range r.totals {
		if stored[k] != t {
			out = append(out, fmt.Sprintf("%s %s: replayed %d/%d, stored %d/%d", k.unit, k.indicator, t.good, t.counts, stored[k].good, stored[k].counts))
		}
	}
	for k, t := range stored {
		if _, ok := r.totals[k]; !ok && t != (tally{}) {
			out = append(out, fmt.Sprintf("%s %s: stored %d/%d, replayed nothing", k.unit, k.indicator, t.good, t.counts))
		}
	}
	slices.Sort(out)
	return out, nil
}

// Rates are the replayed numbers in the form of AllRates.
func (r *Replay) Rates() []UnitRates { return r.s.rank(r.totals) }
