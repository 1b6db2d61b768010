package trail

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// DelayDays is how long looks may be held back at most; then it is asked anew, or the people concerned are told.
const DelayDays = 180

// Delay holds looks of a unit in some matters back from the people concerned until a day: the law has them kept secret, or telling would
// keep an authority from its duty (Personal Information Protection Law, articles 18 and 35). The rows are written and committed to the
// log like all others; afterwards they are shown, with the rule. One asks, another decides.
type Delay struct {
	ID        string
	Unit      string
	Subjects  []string // ids of a case and its requests; not filled in on rows of the trail
	Law       string   // the rule it rests on; the people concerned read it afterwards
	Reason    string
	From      time.Time // rows from then on
	Until     time.Time
	AskedBy   string // staff id
	DecidedBy string // empty while it waits
	DecidedAt time.Time
	Granted   bool
	EndedBy   string    // who ended it early
	Ends      time.Time // Until, or when it was ended
}

// Holds tells whether the delay holds anything back at an instant.
func (d Delay) Holds(at time.Time) bool { return d.Granted && at.Before(d.Ends) }

// Asking is a delay to be asked for.
type Asking struct {
	Unit     string
	Subjects []string
	Law      string
	Reason   string
	From     time.Time // zero: from now on
	Until    time.Time
}

func (a Asking) check(now time.Time) error {
	var wrong fault.Fields
	add := func(bad bool, field, key string, args ...any) {
		if bad {
			wrong = append(wrong, fault.Field(field, key, args...))
		}
	}
	add(a.Unit == "", "unit", "trail.delay.need.unit")
	add(len(a.Subjects) == 0, "number", "trail.delay.need.number")
	add(!measured(a.Law, 4, 200), "law", "trail.delay.need.law")
	add(!measured(a.Reason, 10, 500), "reason", "trail.delay.need.reason")
	add(!a.Until.After(now) || a.Until.After(now.AddDate(0, 0, DelayDays+1)), "until", "trail.delay.need.until", "Days", DelayDays)
	return wrong.OrNil()
}

func measured(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return n >= least && n <= most
}

// AskDelay asks for looks to be held back; nothing is until somebody else grants it. Invalid with every wrong field.
func (l *Log) AskDelay(tx *db.Tx, by access.Actor, a Asking) (Delay, error) {
	now := l.clock.Now()
	a.Law, a.Reason = strings.Join(strings.Fields(a.Law), " "), strings.Join(strings.Fields(a.Reason), " ")
	if err := a.check(now); err != nil {
		return Delay{}, err
	}
	if a.From.IsZero() {
		a.From = now
	}
	d := Delay{
		ID: db.NewID(now), Unit: a.Unit, Subjects: slices.Compact(slices.Sorted(slices.Values(a.Subjects))), Law: a.Law, Reason: a.Reason,
		From: a.From, Until: a.Until, AskedBy: by.ID, Ends: a.Until,
	}
	if err := insertDelay(tx, d); err != nil {
		return Delay{}, fmt.Errorf("ask to hold looks of %s back: %w", a.Unit, err)
	}
	return d, nil
}

// DecideDelay grants or refuses a delay. Forbidden to whoever asked; Conflict when it was decided, or its last day has passed.
func (l *Log) DecideDelay(tx *db.Tx, by access.Actor, id string, grant bool) error {
	d, err := selectDelay(tx, id)
	now := l.clock.Now()
	switch {
	case err != nil:
		return err
	case d.AskedBy == by.ID:
		return fault.New(fault.Forbidden, "trail.delay.refuse.oneself")
	case d.DecidedBy != "" || !now.Before(d.Until):
		return fault.New(fault.Conflict, "trail.delay.refuse.decided")
	}
	return decideDelay(tx, id, by.ID, grant, now)
}

// EndDelay ends a delay before its day: what it held back is shown from now on. Conflict when it holds nothing back.
func (l *Log) EndDelay(tx *db.Tx, by access.Actor, id string) error {
	d, err := selectDelay(tx, id)
	if err != nil {
		return err
	}
	now := l.clock.Now()
	if !d.Holds(now) {
		return fault.New(fault.Conflict, "trail.delay.refuse.ended")
	}
	return endDelay(tx, id, by.ID, now)
}

// Delay gives a delay with its subjects; NotFound.
func (l *Log) Delay(tx *db.Tx, id string) (Delay, error) {
	d, err := selectDelay(tx, id)
	if err != nil {
		return d, err
	}
	d.Subjects, err = selectSubjects(tx, id)
	return d, err
}

// Delays lists every delay, newest first, without their subjects.
func (l *Log) Delays(ctx context.Context) (list []Delay, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = selectDelays(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what is held back: %w", err)
	}
	return list, nil
}

// toldLate adds to rows which delay held them back before: their Delayed.
func toldLate(tx *db.Tx, looks []Look) error {
	subjects := map[string]bool{}
	for _, one := range looks {
		if one.Subject != "" {
			subjects[one.Subject] = true
		}
	}
	for chunk := range slices.Chunk(slices.Sorted(maps.Keys(subjects)), 100) {
		past, err := selectDelaysOf(tx, chunk)
		if err != nil {
			return err
		}
		for i := range looks {
			for _, d := range past {
				if d.subject == looks[i].Subject && d.Unit == looks[i].Unit && !looks[i].At.Before(d.From) && looks[i].At.Before(d.Ends) {
					looks[i].Delayed = &d.Delay
				}
			}
		}
	}
	return nil
}
