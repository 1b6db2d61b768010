package casework

import (
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/register/calendar"
)

// Asking is what a lead unit asks for.
type Asking struct {
	Order    string
	Kind     ChangeKind
	Reason   string
	Words    string
	Proposed string         // return, dispute: who should lead instead
	Extra    calendar.Limit // extension
	Plan     string         // park
	ReviewAt time.Time      // park
}

// Deciding grants or refuses a change.
type Deciding struct {
	Change  string
	Grant   bool
	Words   string
	Unit    string // return granted: the new lead
	Decline string // out of scope granted: reason code that says where to go
}

// RulingOn ends a dispute: this unit leads, for this reason.
type RulingOn struct {
	Change string
	Unit   string
	Why    string
}

func (t *turn) ask(in Asking) error {
	o, err := t.mustOrder(ActAsk, in.Order)
	if err != nil {
		return err
	}
	if err := t.mayAsk(o, in); err != nil {
		return err
	}
	c := Change{
		ID: t.newID(t.now), Kind: in.Kind, State: Asked, Order: o.ID, Unit: o.Unit, Reason: in.Reason, Words: in.Words,
		Proposed: in.Proposed, Extra: in.Extra, Plan: in.Plan, ReviewAt: in.ReviewAt, AskedBy: t.actor.ID, AskedAt: t.now,
	}
	if c.Kind == Return {
		t.Case.Returns++
		if t.Case.Returns > t.rules.ReturnsMax {
			c.Kind = Dispute // no more passing on: somebody has to rule
		}
	}
	if c.Kind == Dispute {
		o.State = Disputed
		t.setOrder(o)
	}
	t.entry.Change, t.entry.Reason, t.entry.Words = c.ID, in.Reason, in.Words
	t.setChange(c)
	t.start(ClockDecide, t.lim.Decide, Clock{Change: c.ID})
	return nil
}

// mayAsk refuses an incomplete or untimely wish.
func (t *turn) mayAsk(o Order, in Asking) error {
	for _, c := range t.Changes {
		if c.Order == o.ID && c.State == Asked {
			return refuse("change_open", "Kind", string(c.Kind))
		}
	}
	resolve, _ := t.clock(ClockResolve)
	switch {
	case in.Reason == "":
		return lacks("reason")
	case blank(in.Words):
		return lacks("words")
	case in.Kind == Extension && in.Extra.Check() != nil:
		return lacks("extra")
	case in.Kind == Extension && t.cal.Span(in.Extra).Base != resolve.Base:
		return fault.Field("extra", "casework.need.same_base")
	case in.Kind == Extension && t.Case.Extensions >= t.rules.ExtensionsMax:
		return refuse("extended")
	case in.Kind == Extension && resolve.Overdue(t.now):
		return refuse("too_late")
	case in.Kind == Park && (blank(in.Plan) || !in.ReviewAt.After(t.now) || in.ReviewAt.After(t.now.AddDate(1, 0, 0))):
		return lacks("plan")
	case (in.Kind == Return || in.Kind == Dispute) && in.Proposed == o.Unit:
		return fault.Field("proposed", "casework.need.other_unit")
	case in.Kind != Extension && in.Kind != Park && in.Kind != Return && in.Kind != Dispute && in.Kind != OutOfScope:
		return lacks("kind")
	}
	return nil
}

// clock finds the live clock of a kind.
func (t *turn) clock(kind ClockKind) (Clock, bool) {
	for _, c := range t.Clocks {
		if c.Kind == kind && c.Live() {
			return c, true
		}
	}
	return Clock{}, false
}

// mustChange loads an undecided change and its order.
func (t *turn) mustChange(a Action, id string) (Change, Order, error) {
	t.entry.Action, t.entry.Change = a, id
	c, ok := t.Change(id)
	if !ok {
		return c, Order{}, fault.New(fault.NotFound, "casework.change.missing")
	}
	if c.State != Asked {
		return c, Order{}, refuse("decided")
	}
	o, _ := t.Order(c.Order)
	t.entry.Order = o.ID
	return c, o, nil
}

func (t *turn) decide(in Deciding) error {
	c, o, err := t.mustChange(ActDecide, in.Change)
	switch {
	case err != nil:
		return err
	case c.Kind == Dispute:
		return refuse("needs_ruling")
	case blank(in.Words):
		return lacks("words")
	}
	c.State, c.By, c.At, c.Decision = Refused, t.actor.ID, t.now, in.Words
	if in.Grant {
		c.State = Granted
		if err := t.grant(c, o, in); err != nil {
			return err
		}
	}
	t.entry.Words, t.entry.Reason = in.Words, string(c.State)
	t.settle(c)
	return nil
}

// settle keeps the decided change and ends its clock.
func (t *turn) settle(c Change) {
	t.setChange(c)
	t.each(func(k Clock) bool { return k.Change == c.ID && k.Kind == ClockDecide }, func(k Clock) Clock { return k.stop(t.now) })
}

// grant lets the wish come true.
func (t *turn) grant(c Change, o Order, in Deciding) error {
	switch c.Kind {
	case Extension:
		t.Case.Extensions++
		t.each(ofKind(ClockResolve), func(k Clock) Clock { return k.extend(t.cal, c.Extra, t.now) })
	case Park:
		t.stopKind(ClockReview) // of a parking before: its review date is moved
		t.Case.ParkedUntil = c.ReviewAt
		t.each(ofKind(ClockResolve), func(k Clock) Clock { return k.pause(t.cal, t.now, c.Reason, t.actor.ID) })
		t.setClock(reviewClock(t.newID(t.now), c, t.now))
	case Return:
		unit := in.Unit
		if unit == "" {
			unit = c.Proposed
		}
		if unit == "" || unit == o.Unit {
			return fault.Field("unit", "casework.need.other_unit")
		}
		t.leave(o, Returned)
		t.offerLead(unit, in.Words, nil)
	case OutOfScope:
		if in.Decline == "" {
			return lacks("decline")
		}
		t.outOfScope(in)
	}
	return nil
}

// outOfScope ends a dispatched case that is not the city's to settle.
func (t *turn) outOfScope(in Deciding) {
	for _, o := range t.Orders {
		if o.State.orderOpen() {
			t.leave(o, Withdrawn)
		}
	}
	t.endCalls()
	t.endPark("out_of_scope")
	t.voidAll()
	t.Case.Decline = &Decline{Reason: in.Decline, Words: in.Words}
	t.Case.State, t.Case.Lead, t.Case.ClosedAt = Declined, "", t.now
}

// reviewClock is due at the review date itself, whatever the calendar.
func reviewClock(id string, c Change, at time.Time) Clock {
	return Clock{
		ID: id, Kind: ClockReview, Unit: c.Unit, Change: c.ID, Base: calendar.AllTime, Allowed: c.ReviewAt.Sub(at),
		State: ClockRunning, Segments: []Segment{{From: at, Running: true}}, DueAt: c.ReviewAt,
	}
}

// rule ends a dispute for good and leaves a precedent.
func (t *turn) rule(in RulingOn) error {
	c, o, err := t.mustChange(ActRule, in.Change)
	switch {
	case err != nil:
		return err
	case c.Kind != Dispute:
		return refuse("no_dispute")
	case in.Unit == "":
		return lacks("unit")
	case blank(in.Why):
		return lacks("words")
	}
	c.State, c.By, c.At, c.Decision = Granted, t.actor.ID, t.now, in.Why
	if in.Unit == o.Unit {
		c.State = Refused
		o.State = Signed
		if o.SignedAt.IsZero() {
			o.SignedAt = t.now
			t.each(func(k Clock) bool { return k.Kind == ClockSign && k.Order == o.ID }, func(k Clock) Clock { return k.stop(t.now) })
		}
		t.setOrder(o)
	} else {
		t.leave(o, Withdrawn)
		t.offerLead(in.Unit, in.Why, nil)
	}
	r := Ruling{ID: t.newID(t.now), Change: c.ID, Duty: t.Case.Duty, Unit: in.Unit, Why: in.Why, By: t.actor.ID, At: t.now}
	t.Rulings = append(t.Rulings[:len(t.Rulings):len(t.Rulings)], r)
	t.entry.Delta.Rulings = append(t.entry.Delta.Rulings, r)
	t.entry.Words, t.entry.Reason = in.Why, string(c.State)
	t.settle(c)
	return nil
}
