package oversee

import (
	"context"
	"embed"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fact"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/register/calendar"
	"banyan/internal/register/org"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the module's tables.
func Schema() db.Schema { return db.Schema{Module: "oversee", Files: schema} }

// Deps is what oversight stands on.
type Deps struct {
	DB       *db.DB
	Facts    *fact.Log
	Clock    clock.Clock
	Policy   *access.Policy
	Calendar *calendar.Calendar
	Areas    *area.Register
	Orgs     *org.Register
	Rules    *Rules
}

// Service assesses events, watches what is overdue and issues orders.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// AssessTx writes the score lines of events inside a reaction's transaction.
// An event that was assessed before adds nothing.
func (s *Service) AssessTx(tx *db.Tx, events []Event) error {
	for _, ev := range events {
		ev.Group = s.group(ev.Unit)
		entries, err := s.Rules.assess(ev)
		if err != nil {
			return fmt.Errorf("assess %s of case %s: %w", ev.Kind, ev.Case, err)
		}
		for _, e := range entries {
			if err := addEntry(tx, e); err != nil {
				return fmt.Errorf("write score of case %s: %w", e.Case, err)
			}
		}
		if err := s.observe(tx, ev); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) group(unit string) string {
	u, _ := s.Orgs.Get(unit) // a unit that left the pack has no group
	return u.Group
}

// observe keeps what the card rules need to know of a unit in a case, overdue or not yet.
func (s *Service) observe(tx *db.Tx, ev Event) error {
	if ev.Unit == "" || ev.Kind != Returned && ev.Kind != DisputeLost {
		return nil
	}
	if err := addMark(tx, ev); err != nil {
		return fmt.Errorf("mark %s of case %s: %w", ev.Kind, ev.Case, err)
	}
	return nil
}

// Overdue is a case whose resolve clock was breached.
type Overdue struct {
	Case, Number, Unit, Path string
	Seq                      int // the journal entry that tells
	DueAt                    time.Time
	At                       time.Time
}

// WatchTx begins to watch an overdue case: after the pack's patience it gets an
// oversight order, then cards by rule. A case that is watched keeps its turn:
// another unit or due time gives no new patience. Entries may be told in any
// order; one older than what is known changes nothing.
func (s *Service) WatchTx(tx *db.Tx, o Overdue) error {
	v := s.Rules.at(o.At)
	next, _ := s.Calendar.Due(o.At, v.Cards.OversightAfter)
	return addWatch(tx, o, next)
}

// UnwatchTx ends watching with a journal entry: the case was replied to,
// declined or merged, or its limit was extended.
func (s *Service) UnwatchTx(tx *db.Tx, id string, seq int) error { return endWatch(tx, id, seq) }

// Scan issues what is due by rule on up to limit watched cases and returns how
// many orders it issued.
func (s *Service) Scan(ctx context.Context, limit int) (int, error) {
	now := s.Clock.Now()
	var due []watch
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		due, err = dueWatches(tx, now, limit)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find watched cases: %w", err)
	}
	issued := 0
	for _, w := range due {
		n := 0
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = s.step(tx, w.caseID, now)
			return err
		})
		if err != nil {
			return issued, fmt.Errorf("oversee case %s: %w", w.caseID, err)
		}
		issued += n
	}
	return issued, nil
}

// step decides on one watched case under the rules of the day.
func (s *Service) step(tx *db.Tx, id string, now time.Time) (int, error) {
	w, err := getWatch(tx, id)
	if err != nil || w.nextAt.IsZero() || w.nextAt.After(now) {
		return 0, err // dealt with since it was found due
	}
	level, ruleID, err := s.decide(tx, w, now)
	if err != nil {
		return 0, err
	}
	tomorrow, _ := s.Calendar.Due(now, calendar.Limit{Amount: 1, Unit: calendar.WorkDays, From: calendar.FromNow})
	if level == "" {
		return 0, setWatch(tx, id, w.level, tomorrow)
	}
	if level == Red {
		tomorrow = time.Time{} // nothing is above a red card; it is watched no further
	}
	if err := setWatch(tx, id, level, tomorrow); err != nil {
		return 0, err
	}
	o := Order{Case: id, Number: w.number, Unit: w.unit, Path: w.path, Level: level, Rule: ruleID, Why: "oversee.why.overdue"}
	return 1, s.issue(tx, access.Program("oversee"), o, now)
}

// decide names the next level of a watched case, or none. Levels only rise.
func (s *Service) decide(tx *db.Tx, w watch, now time.Time) (Level, string, error) {
	v := s.Rules.at(now)
	oversights, err := countOrders(tx, w.caseID, Oversight)
	if err != nil {
		return "", "", err
	}
	st := standing{overdueDays: s.workdaysSince(w.dueAt, now), oversights: oversights}
	if st.returns, st.lost, err = countMarks(tx, w.caseID, w.unit); err != nil {
		return "", "", err
	}
	vals := Event{Kind: "overdue", Unit: w.unit, Group: s.group(w.unit)}.values(st)
	red, err := v.red.Eval(vals)
	if err != nil {
		return "", "", wrap("cards.red", v.Version.Version, err)
	}
	yellow, err := v.yellow.Eval(vals)
	if err != nil {
		return "", "", wrap("cards.yellow", v.Version.Version, err)
	}
	id := v.Version.Version
	switch {
	case red && w.level != Red:
		return Red, id + "/red", nil
	case yellow && w.level != Yellow && w.level != Red:
		return Yellow, id + "/yellow", nil
	case w.level == "":
		return Oversight, id + "/oversight", nil
	}
	return "", "", nil
}

// workdaysSince counts the full working days that passed since an instant.
func (s *Service) workdaysSince(from, to time.Time) int {
	day := s.Calendar.Span(calendar.Limit{Amount: 1, Unit: calendar.WorkDays}).Amount
	return int(s.Calendar.Consumed(calendar.WorkTime, from, to) / day)
}
