package oversee

import (
	"fmt"
	"time"

	"banyan/internal/platform/clock"
)

// Kinds of event.
const (
	FirstResponse = "first_response" // the requester heard from the lead unit, or should have
	Resolved      = "resolve"        // the lead replied, or should have
	Signed        = "sign"
	Arrived       = "arrive"
	FollowedUp    = "follow_up" // the requester said whether it is solved
	Returned      = "return"
	DisputeLost   = "dispute_lost"
	Rated         = "rating"
	CallScored    = "call_score"
)

// Event is one thing that can be assessed. Case and Seq name the journal entry
// it comes from, so the same event never counts twice.
type Event struct {
	Case      string
	Number    string
	Seq       int
	Kind      string
	Unit      string // who is assessed
	Group     string // its comparison group
	Path      string // area path of the case
	At        time.Time
	DueAt     time.Time // resolve: the limit
	InTime    bool
	Solved    bool
	Satisfied bool
	Asked     bool // the requester was asked whether they are satisfied
	Score     int  // 1 to 5, ratings and call scores
}

// Entry is one score line.
type Entry struct {
	Case, Unit, Indicator string
	Seq                   int
	Appeal                string // the appeal that this line follows from
	At                    time.Time
	Version               string
	Counts, Good          int // 1 or 0; a granted appeal's line has them negative
}

// Month is the roll-up period an entry belongs to, in city time: "2026-11".
func (e Entry) Month() string { return e.At.In(clock.City).Format("2006-01") }

// standing is what the card rules know of a case besides the event.
type standing struct {
	overdueDays, returns, lost, oversights int
}

func (ev Event) values(s standing) map[string]any {
	return map[string]any{
		"kind": ev.Kind, "in_time": ev.InTime, "solved": ev.Solved, "satisfied": ev.Satisfied, "asked": ev.Asked, "unit_group": ev.Group,
		"overdue_days": s.overdueDays, "returns": s.returns, "disputes_lost": s.lost, "oversight_count": s.oversights,
	}
}

// assess applies the rules of the event's own day. It is pure: the same rules
// and event give the same lines.
func (r *Rules) assess(ev Event) ([]Entry, error) {
	if ev.Unit == "" {
		return nil, nil
	}
	v := r.at(ev.At)
	vals := ev.values(standing{})
	out, err := v.exclude.Eval(vals)
	if err != nil || out {
		return nil, wrap("exclusions", v.Version.Version, err)
	}
	var entries []Entry
	for i, in := range v.Indicators {
		counts, err := v.counts[i].Eval(vals)
		if err != nil {
			return nil, wrap(in.Code, v.Version.Version, err)
		}
		if !counts {
			continue
		}
		good, err := v.good[i].Eval(vals)
		if err != nil {
			return nil, wrap(in.Code, v.Version.Version, err)
		}
		e := Entry{Case: ev.Case, Seq: ev.Seq, Unit: ev.Unit, Indicator: in.Code, At: ev.At, Version: v.Version.Version, Counts: 1}
		if good {
			e.Good = 1
		}
		entries = append(entries, e)
	}
	return entries, nil
}

func wrap(what, version string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("rule %s of version %s: %w", what, version, err)
}
