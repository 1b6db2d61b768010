package trail

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Limits bound how often one account looks at people in an hour; a page that shows somebody's words and phone is two looks.
// Zero bounds nothing.
type Limits struct {
	Alarm  int `yaml:"alarm"`  // from so many looks on a supervisor is told, once an hour
	Refuse int `yaml:"refuse"` // beyond so many staff see nobody more in this hour, unless they lift the limit with a reason
}

// DefaultLimits are those of a city that says nothing: a dispatcher opens some hundred matters an hour.
func DefaultLimits() Limits { return Limits{Alarm: 300, Refuse: 600} }

// Limit sets the limits; call it before the trail is used.
func (l *Log) Limit(limits Limits) { l.limits = limits }

// What counts as unusual: so many times the mean of somebody's own hours of the last month, from so many looks on.
const (
	unusualTimes = 5
	unusualLeast = 60
	habitOf      = 30 * 24 * time.Hour
)

// glassFor is how long a lifted limit stays lifted.
const glassFor = time.Hour

// AlarmKind is why a supervisor has to look.
type AlarmKind string

// Kinds of alarm.
const (
	Many    AlarmKind = "many"    // somebody looked at many people in an hour
	Unusual AlarmKind = "unusual" // somebody looked at many more than they usually do
	Glass   AlarmKind = "glass"   // somebody lifted their limit, for a reason
)

// Alarm is something a supervisor has to look into.
type Alarm struct {
	ID      string
	At      time.Time
	Kind    AlarmKind
	Who     access.Kind
	Actor   string
	Unit    string
	Persons int64 // looks at people in that hour so far
	Reason  string
	Until   time.Time // of a lifted limit

	ReviewedBy string // empty while it is open
	ReviewedAt time.Time
	Verdict    string
}

// meter counts looks at people, raises alarms and refuses what goes beyond the limit.
func (l *Log) meter(tx *db.Tx, r Reader, persons int) error {
	if l.limits == (Limits{}) || persons == 0 || !r.Actor.Posted() {
		return nil
	}
	hour := l.clock.Now().Truncate(time.Hour)
	n, err := l.counts.count(tx, r.Actor.ID, hour, l.clock.Now(), persons, func() (int64, error) { return countLooks(tx, r.Actor.ID, hour) })
	if err != nil {
		return fmt.Errorf("count the looks of %s: %w", r.Actor.ID, err)
	}
	if l.limits.Alarm > 0 && n >= int64(l.limits.Alarm) {
		if err := l.alarmOnce(tx, Many, r.Actor, n, hour); err != nil {
			return err
		}
	}
	if n >= unusualLeast {
		if err := l.unusual(tx, r.Actor, n, hour); err != nil {
			return err
		}
	}
	if l.limits.Refuse == 0 || n <= int64(l.limits.Refuse) || r.Actor.Kind != access.Staff {
		return nil
	}
	lifted, err := hasGlass(tx, r.Actor.ID, l.clock.Now())
	if err == nil && !lifted {
		err = fault.New(fault.Forbidden, "trail.too_many", "Most", l.limits.Refuse)
	}
	return err
}

// unusual raises an alarm when somebody looks at many more people than they usually do. Their habit is read once an hour.
func (l *Log) unusual(tx *db.Tx, who access.Actor, n int64, hour time.Time) error {
	if l.counts.told(who.ID, Unusual, hour) {
		return nil
	}
	mean, known := l.counts.habit(who.ID, hour)
	if !known {
		var err error
		if mean, err = habit(tx, who.ID, hour.Add(-habitOf), hour); err != nil {
			return fmt.Errorf("read the habit of %s: %w", who.ID, err)
		}
		l.counts.setHabit(who.ID, hour, mean)
	}
	if mean == 0 || float64(n) <= unusualTimes*mean {
		return nil
	}
	return l.alarmOnce(tx, Unusual, who, n, hour)
}

// alarmOnce raises an alarm unless there is one of this hour.
func (l *Log) alarmOnce(tx *db.Tx, kind AlarmKind, who access.Actor, n int64, hour time.Time) error {
	if l.counts.told(who.ID, kind, hour) {
		return nil
	}
	tx.AfterCommit(func() { l.counts.tell(who.ID, kind, hour) })
	before, err := hasAlarm(tx, kind, who.ID, hour)
	if err != nil || before {
		return err
	}
	return l.alarm(tx, kind, who, n, "", time.Time{})
}

func (l *Log) alarm(tx *db.Tx, kind AlarmKind, who access.Actor, persons int64, reason string, until time.Time) error {
	at := l.clock.Now()
	return insertAlarm(tx, Alarm{ID: db.NewID(at), At: at, Kind: kind, Who: who.Kind, Actor: who.ID, Unit: who.Unit, Persons: persons, Reason: reason, Until: until})
}

// Break lifts the limit of a member of staff for an hour. Their reason (10 to 300 characters) is kept and a supervisor reviews it.
// Invalid on "reason"; Forbidden for anybody else.
func (l *Log) Break(ctx context.Context, who access.Actor, reason string) error {
	reason = strings.Join(strings.Fields(reason), " ")
	if who.Kind != access.Staff {
		return fault.New(fault.Forbidden, "access.refused")
	}
	if n := utf8.RuneCountInString(reason); n < 10 || n > 300 {
		return fault.Field("reason", "trail.glass_reason")
	}
	return l.db.Write(ctx, func(tx *db.Tx) error {
		n, err := countLooks(tx, who.ID, l.clock.Now().Truncate(time.Hour))
		if err != nil {
			return err
		}
		return l.alarm(tx, Glass, who, n, reason, l.clock.Now().Add(glassFor))
	})
}

// Alarms lists what waits for review, oldest first, or what was reviewed, newest first: at most limit of those that may holds for,
// however many others there are.
func (l *Log) Alarms(ctx context.Context, open bool, limit int, may func(Alarm) bool) (list []Alarm, err error) {
	err = l.db.Read(ctx, func(tx *db.Tx) error {
		for last := ""; ; {
			some, err := selectAlarms(tx, open, last, batch)
			if err != nil || len(some) == 0 {
				return err
			}
			for _, a := range some {
				if may(a) {
					list = append(list, a)
				}
				if len(list) == limit {
					return nil
				}
			}
			last = some[len(some)-1].ID
		}
	})
	if err != nil {
		return nil, fmt.Errorf("list alarms of the trail: %w", err)
	}
	return list, nil
}

// Review closes an alarm with what was found (5 to 500 characters). Whoever caused it cannot: Forbidden. Conflict when it was
// reviewed before. may tells whether the reviewer oversees the unit.
func (l *Log) Review(ctx context.Context, by access.Actor, id, verdict string, may func(Alarm) bool) error {
	verdict = strings.Join(strings.Fields(verdict), " ")
	if n := utf8.RuneCountInString(verdict); n < 5 || n > 500 {
		return fault.Field("verdict", "trail.verdict")
	}
	return l.db.Write(ctx, func(tx *db.Tx) error {
		a, err := selectAlarm(tx, id)
		switch {
		case err != nil:
			return err
		case a.Actor == by.ID || !may(a):
			return fault.New(fault.Forbidden, "access.refused")
		case a.ReviewedBy != "":
			return fault.New(fault.Conflict, "trail.reviewed")
		}
		return reviewAlarm(tx, id, by.ID, verdict, l.clock.Now())
	})
}
