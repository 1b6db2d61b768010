package calendar

import (
	"fmt"
	"math"
	"time"
)

// Base is the time that counts towards a limit.
type Base string

// The bases.
const (
	AllTime  Base = "24x7" // every instant
	WorkTime Base = "work" // the windows of working days
)

// Units of a limit and its starting points.
const (
	Minutes   = "minutes"
	Hours24   = "hours"
	Days      = "days" // calendar days of 24 hours
	WorkHours = "workhours"
	WorkDays  = "workdays"

	FromNow     = "now"
	FromNextDay = "next_day" // 00:00 of the day after, the way official limits are counted
)

// maxAmount keeps sums far from overflow; 100,000 working days are four centuries.
const maxAmount = 100_000

// Limit is a time limit as people write it: 5 workdays from next_day.
type Limit struct {
	Amount int    `yaml:"amount" json:"amount"`
	Unit   string `yaml:"unit" json:"unit"`
	From   string `yaml:"from" json:"from"` // empty means now
}

// Work is a limit as an amount of consumable time of its base.
type Work struct {
	Base   Base
	Amount time.Duration
}

// Check tells what is wrong with a limit: the amount is not above 0, or the unit or start is unknown.
func (l Limit) Check() error {
	if l.Amount <= 0 || l.Amount > maxAmount {
		return fmt.Errorf("amount %d is not between 1 and %d", l.Amount, maxAmount)
	}
	switch l.Unit {
	case Minutes, Hours24, Days, WorkHours, WorkDays:
	default:
		return fmt.Errorf("unit %q is none of minutes, hours, days, workhours, workdays", l.Unit)
	}
	switch l.From {
	case "", FromNow, FromNextDay:
		return nil
	}
	return fmt.Errorf("from %q is neither now nor next_day", l.From)
}

// Base gives the time that counts towards the limit.
func (l Limit) Base() Base {
	if l.Unit == WorkHours || l.Unit == WorkDays {
		return WorkTime
	}
	return AllTime
}

// String gives the limit as in the pack: "5 workdays from next_day".
func (l Limit) String() string {
	if l.From == FromNextDay {
		return fmt.Sprintf("%d %s from next_day", l.Amount, l.Unit)
	}
	return fmt.Sprintf("%d %s", l.Amount, l.Unit)
}

// Span gives the time a limit allows in its base; a working day is the sum of its windows. The limit must have
// passed Check: an unknown unit allows nothing.
func (c *Calendar) Span(l Limit) Work {
	units := map[string]int64{
		Minutes: msMinute, Hours24: msHour, Days: msDay, WorkHours: msHour, WorkDays: c.full.total(),
	}
	return Work{Base: l.Base(), Amount: duration(int64(l.Amount) * units[l.Unit])}
}

// duration turns milliseconds into a Duration, held at the ends of what it can say (292 years).
func duration(ms int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Millisecond)
	return time.Duration(min(max(ms, -most), most)) * time.Millisecond
}
