package casework

import "time"

// warnShare is the part of a limit that has passed when the reminder goes out.
const warnShare = 0.8

// due lets time itself act on a case: park reviews end, reminders go out,
// breaches are marked, the timeout rule closes. It returns false when nothing
// was due. One transition handles one kind of event; the scan comes again until
// none is left.
func (t *turn) due() bool {
	switch {
	case t.unpark():
	case t.breachDue():
	case t.warnDue():
	case t.expire() == nil:
	default:
		return false
	}
	return true
}

// unpark resumes a parked case at its review date.
func (t *turn) unpark() bool {
	if t.Case.ParkedUntil.IsZero() || t.now.Before(t.Case.ParkedUntil) {
		return false
	}
	t.entry.Action = ActUnpark
	t.endPark("review")
	return true
}

// endPark lets the case run on: the review date has come, or what was parked
// for has happened or changed hands.
func (t *turn) endPark(why string) {
	if t.Case.ParkedUntil.IsZero() {
		return
	}
	t.Case.ParkedUntil = time.Time{}
	t.stopKind(ClockReview)
	t.each(ofKind(ClockResolve), func(c Clock) Clock { return c.resume(t.cal, t.now, why, t.actor.ID) })
}

func (t *turn) breachDue() bool {
	t.entry.Action = ActBreach
	return t.each(func(c Clock) bool {
		return c.State == ClockRunning && c.Overdue(t.now)
	}, Clock.breach)
}

func (t *turn) warnDue() bool {
	t.entry.Action = ActWarn
	return t.each(func(c Clock) bool {
		return c.State == ClockRunning && c.Kind.owed() && !c.Warned && !t.now.Before(warnAt(t, c))
	}, func(c Clock) Clock {
		c.Warned = true
		return c
	})
}

// warnAt is when most of the limit has been used.
func warnAt(t *turn, c Clock) time.Time {
	last := c.Segments[len(c.Segments)-1]
	left := time.Duration(float64(c.Allowed)*warnShare) - c.Consumed(t.cal, last.From)
	at, _ := t.cal.After(c.Base, last.From, max(left, 0))
	return at
}

// nextDue is when the scan must look at the case again: zero when nothing can
// become due by itself.
func (t *turn) nextDue() time.Time {
	var next time.Time
	sooner := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	for _, c := range t.Clocks {
		if !c.Live() || c.State != ClockRunning {
			continue
		}
		switch {
		case c.Kind == ClockConfirm:
			if t.exhausted() || !t.Case.HasContact {
				sooner(c.DueAt)
			}
		case c.Kind == ClockReview || c.Warned:
			sooner(c.DueAt)
		default:
			sooner(warnAt(t, c))
		}
	}
	return next
}

// recount recomputes provisional due times after a calendar was published.
func (t *turn) recount() error {
	t.entry.Action = ActRecount
	changed := func(c Clock) bool {
		again := c.withDue(t.cal)
		return c.Provisional && (!again.Provisional || !again.DueAt.Equal(c.DueAt))
	}
	if !t.each(changed, func(c Clock) Clock { return c.withDue(t.cal) }) {
		return refuse("unpublished")
	}
	return nil
}
