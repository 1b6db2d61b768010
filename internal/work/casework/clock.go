package casework

import (
	"time"

	"banyan/internal/register/calendar"
)

// ClockKind names what a time limit is for.
type ClockKind string

// Kinds of clock. Dispatch, resolve, first, follow up, confirm and direct
// belong to the case and survive every change of unit; sign and arrive belong
// to one order, decide to one change.
const (
	ClockDispatch ClockKind = "dispatch"
	ClockSign     ClockKind = "sign"
	ClockFirst    ClockKind = "first"
	ClockArrive   ClockKind = "arrive"
	ClockResolve  ClockKind = "resolve"
	ClockFollowUp ClockKind = "follow_up"
	ClockConfirm  ClockKind = "confirm"
	ClockDecide   ClockKind = "decide"
	ClockReview   ClockKind = "review" // the end of a parking
)

// owed says that somebody of the city owes what the limit is for. The time to
// contest is the requester's own, and a review date just comes: neither is
// warned of nor breached.
func (k ClockKind) owed() bool { return k != ClockConfirm && k != ClockReview }

// ClockState of a time limit.
type ClockState string

// States of a clock. A breached clock without EndedAt is overdue now.
const (
	ClockRunning  ClockState = "running"
	ClockPaused   ClockState = "paused"
	ClockMet      ClockState = "met"
	ClockBreached ClockState = "breached"
	ClockVoid     ClockState = "void"
)

// Clock is one time limit. DueAt is a pure function of Base, Allowed, the
// calendar and Segments; it is kept because lists sort by it.
type Clock struct {
	ID          string         `json:"id"`
	Kind        ClockKind      `json:"kind"`
	Order       string         `json:"order,omitempty"`
	Change      string         `json:"change,omitempty"`
	Unit        string         `json:"unit,omitempty"` // who owes it; empty: the desk
	Cycle       int            `json:"cycle,omitempty"`
	Limit       calendar.Limit `json:"limit"`
	Base        calendar.Base  `json:"base"`
	Allowed     time.Duration  `json:"allowed"` // limit plus granted extensions, in base time
	State       ClockState     `json:"state"`
	Segments    []Segment      `json:"segments"`
	DueAt       time.Time      `json:"due_at"`
	Provisional bool           `json:"provisional,omitempty"` // due falls in a year without a published calendar
	Warned      bool           `json:"warned,omitempty"`      // a reminder before the due time went out
	EndedAt     time.Time      `json:"ended_at,omitzero"`
}

// Segment is a stretch in which the clock ran or stood still. The last one is
// open (To is zero) while the clock lives.
type Segment struct {
	From    time.Time `json:"from"`
	To      time.Time `json:"to,omitzero"`
	Running bool      `json:"running"`
	Why     string    `json:"why,omitempty"`
	By      string    `json:"by,omitempty"`
}

// Live says that the clock still counts or stands still for a while.
func (c Clock) Live() bool { return c.EndedAt.IsZero() }

// Overdue says that the limit has passed at this instant and nothing ended it.
func (c Clock) Overdue(at time.Time) bool {
	return c.Live() && c.Kind.owed() && c.State != ClockPaused && at.After(c.DueAt)
}

// startClock begins a limit. Counting starts where the limit says: at once or
// on the next day.
func startClock(cal *calendar.Calendar, id string, kind ClockKind, limit calendar.Limit, at time.Time) Clock {
	span := cal.Span(limit)
	c := Clock{
		ID: id, Kind: kind, Limit: limit, Base: span.Base, Allowed: span.Amount, State: ClockRunning,
		Segments: []Segment{{From: cal.Start(at, limit), Running: true}},
	}
	return c.withDue(cal)
}

// Consumed is the time of the clock's base that it has run until this instant.
func (c Clock) Consumed(cal *calendar.Calendar, at time.Time) time.Duration {
	if !c.EndedAt.IsZero() && c.EndedAt.Before(at) {
		at = c.EndedAt
	}
	var sum time.Duration
	for _, s := range c.Segments {
		to := s.To
		if to.IsZero() || to.After(at) {
			to = at
		}
		if s.Running && to.After(s.From) {
			sum += cal.Consumed(c.Base, s.From, to)
		}
	}
	return sum
}

// withDue recomputes the due time from policy, calendar and segments. A paused
// clock keeps the due time it had; it moves when the clock runs again.
func (c Clock) withDue(cal *calendar.Calendar) Clock {
	last := c.Segments[len(c.Segments)-1]
	if !last.Running || !c.Live() {
		return c
	}
	left := max(c.Allowed-c.Consumed(cal, last.From), 0)
	c.DueAt, c.Provisional = cal.After(c.Base, last.From, left)
	return c
}

// pause stops the clock in the open: why and who approved it are kept. A clock
// that is already overdue cannot be paused back into time.
func (c Clock) pause(cal *calendar.Calendar, at time.Time, why, by string) Clock {
	if c.State != ClockRunning || at.After(c.DueAt) {
		return c
	}
	c.State = ClockPaused
	c.Segments = cut(c.Segments, at, Segment{From: at, Why: why, By: by})
	return c
}

// resume lets a paused clock run on with the time that was left.
func (c Clock) resume(cal *calendar.Calendar, at time.Time, why, by string) Clock {
	if c.State != ClockPaused {
		return c
	}
	begin := at
	if first := c.Segments[0].From; first.After(at) {
		begin = first // counting had not begun when it was paused
	}
	c.State = ClockRunning
	c.Segments = cut(c.Segments, at, Segment{From: begin, Running: true, Why: why, By: by})
	return c.withDue(cal)
}

// extend adds time. The extra time must be of the clock's own base. A clock
// that was found overdue while the wish waited runs again when the new due time
// is still to come, with a reminder of its own.
func (c Clock) extend(cal *calendar.Calendar, extra calendar.Limit, at time.Time) Clock {
	c.Allowed += cal.Span(extra).Amount
	c = c.withDue(cal)
	if c.DueAt.After(at) {
		c.Warned = false
		if c.State == ClockBreached {
			c.State = ClockRunning
		}
	}
	return c
}

// stop ends the clock: met when in time, breached when not.
func (c Clock) stop(at time.Time) Clock {
	if !c.Live() {
		return c
	}
	if c.Overdue(at) {
		c.State = ClockBreached
	} else {
		c.State = ClockMet
	}
	return c.end(at)
}

// void ends the clock without a judgement: what it measured no longer applies.
// A breach that was already there stays, whether the scan has marked it or not.
func (c Clock) void(at time.Time) Clock {
	switch {
	case !c.Live():
		return c
	case c.Overdue(at):
		c.State = ClockBreached
	case c.State != ClockBreached:
		c.State = ClockVoid
	}
	return c.end(at)
}

// fail ends the clock as breached, whatever time is left: what it asked for was
// not done and will not be.
func (c Clock) fail(at time.Time) Clock {
	if !c.Live() {
		return c
	}
	return c.breach().end(at)
}

func (c Clock) end(at time.Time) Clock {
	c.EndedAt = at
	c.Segments = cut(c.Segments, at)
	return c
}

// breach marks a running clock whose due time has passed.
func (c Clock) breach() Clock {
	c.State = ClockBreached
	return c
}

// cut closes the open segment at this instant and appends the next ones on a
// copy, so that an older File keeps its own history.
func cut(segments []Segment, at time.Time, next ...Segment) []Segment {
	out := append([]Segment(nil), segments...)
	if last := &out[len(out)-1]; last.To.IsZero() {
		last.To = at
		if at.Before(last.From) { // counting had not begun
			last.To = last.From
		}
	}
	return append(out, next...)
}
