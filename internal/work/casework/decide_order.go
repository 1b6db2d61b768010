package casework

import (
	"slices"
	"time"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
	"banyan/internal/register/access"
)

// CheckingIn says that a unit is on the spot.
type CheckingIn struct {
	Order string
	Point geo.Point // zero when the device gave none
}

func (t *turn) sign(order string) error {
	o, err := t.mustOrder(ActSign, order)
	if err != nil {
		return err
	}
	o.State, o.SignedAt = Signed, t.now
	t.setOrder(o)
	t.each(func(c Clock) bool { return c.Kind == ClockSign && c.Order == o.ID }, func(c Clock) Clock { return c.stop(t.now) })
	return nil
}

func (t *turn) assign(order, staff string) error {
	o, err := t.mustOrder(ActAssign, order)
	if err != nil {
		return err
	}
	if staff == "" {
		return lacks("staff")
	}
	o.Assignee = staff
	t.setOrder(o)
	return nil
}

// respond is the first contact with the requester.
func (t *turn) respond(order, means, words string) error {
	o, err := t.mustOrder(ActRespond, order)
	if err != nil {
		return err
	}
	if means == "" {
		return lacks("means")
	}
	o.State, o.ContactedAt = Working, t.now
	t.setOrder(o)
	t.entry.Reason, t.entry.Words = means, words
	t.Case.State = Working
	t.stopKind(ClockFirst)
	return nil
}

func (t *turn) checkIn(in CheckingIn) error {
	o, err := t.mustOrder(ActCheckIn, in.Order)
	if err != nil {
		return err
	}
	if o.CheckIn != nil {
		return refuse("checked_in")
	}
	ci := CheckIn{At: t.now, By: t.actor.ID, Point: in.Point, Distance: -1}
	if place := t.placeOf(o); in.Point != (geo.Point{}) && place != (geo.Point{}) {
		ci.Distance = int(in.Point.Distance(place))
		ci.Far = ci.Distance > t.rules.ArriveRadius
	}
	t.each(func(c Clock) bool { return c.Kind == ClockArrive && c.Order == o.ID }, func(c Clock) Clock {
		c = c.stop(t.now)
		ci.Late = c.State == ClockBreached
		return c
	})
	o.CheckIn = &ci
	t.setOrder(o)
	return nil
}

// placeOf is where a unit should arrive: the call's place, else the case's.
func (t *turn) placeOf(o Order) geo.Point {
	if c, ok := t.Call(o.Call); ok && c.Point != (geo.Point{}) {
		return c.Point
	}
	return t.Case.Point
}

func (t *turn) report(order, result string) error {
	o, err := t.mustOrder(ActReport, order)
	if err != nil {
		return err
	}
	if blank(result) {
		return lacks("result")
	}
	o.State, o.Result, o.RepliedAt = Replied, result, t.now
	if o.Role == Assisting {
		o.State, o.EndedAt = Accepted, t.now
	}
	t.setOrder(o)
	t.each(func(c Clock) bool { return c.Kind == ClockArrive && c.Order == o.ID }, func(c Clock) Clock { return c.fail(t.now) }) // it never checked in
	t.voidOrder(o.ID)
	t.entry.Words = result
	return nil
}

// overrule takes an assisting or called unit out, so that a silent helper
// cannot hold up the lead. It is flagged and needs words.
func (t *turn) overrule(order, words string) error {
	o, err := t.mustOrder(ActOverrule, order)
	if err != nil {
		return err
	}
	if blank(words) {
		return lacks("words")
	}
	t.entry.Words = words
	t.leave(o, Withdrawn)
	t.flag(FlagNotBySelf)
	return nil
}

// reply takes the lead unit's form and hands the case to the follow-up.
func (t *turn) reply(order string, r Reply) error {
	o, err := t.mustOrder(ActReply, order)
	if err != nil {
		return err
	}
	if err := t.mayReply(o); err != nil {
		return err
	}
	if err := r.check(t.actor.Kind == access.System); err != nil {
		return err
	}
	r.At, r.By = t.now, t.actor.ID
	o.Replies = append(slices.Clone(o.Replies), r)
	o.State, o.RepliedAt = Replied, t.now
	contacted := t.contactedAt(o, r)
	if o.ContactedAt.IsZero() && r.Contacted {
		o.ContactedAt = contacted
	}
	t.setOrder(o)
	if t.actor.Kind != access.System {
		t.flag(t.replyFlags(r)...)
	}
	t.each(ofKind(ClockFirst), func(c Clock) Clock {
		if r.Contacted {
			return c.stop(contacted)
		}
		return c.fail(t.now) // never spoken with: the first response was not given
	})
	t.endPark("replied")
	t.stopKind(ClockResolve)
	t.voidOrder(o.ID)
	t.Case.State = Replied
	t.start(ClockConfirm, t.lim.Confirm, Clock{Cycle: t.cycle()})
	t.reachFollowUp()
	return nil
}

// contactedAt is when the unit spoke with the requester, as far as a form filled
// in afterwards can say: not before it had signed, not after now.
func (t *turn) contactedAt(o Order, r Reply) time.Time {
	at := r.ContactedAt
	if at.Before(o.SignedAt) {
		at = o.SignedAt
	}
	if at.After(t.now) {
		at = t.now
	}
	return at
}

// mayReply refuses while a change is undecided or a helper still owes its part.
func (t *turn) mayReply(lead Order) error {
	for _, c := range t.Changes {
		if c.Order == lead.ID && c.State == Asked {
			return refuse("change_open", "Kind", string(c.Kind))
		}
	}
	for _, o := range t.Orders {
		if o.Role != Lead && o.State.owing() {
			return refuse("helper_open", "Unit", o.Unit)
		}
	}
	return nil
}

// Unknown is what the form says where an imported reply does not tell. People
// have to choose.
const Unknown = "unknown"

// check refuses a form with gaps, naming every field at once. Only the program
// may leave a question open.
func (r Reply) check(program bool) error {
	if program && r.True == Unknown && r.Ours == Unknown && r.Solved == Unknown && !blank(r.Public) {
		return nil
	}
	var bad fault.Fields
	need := func(ok bool, field string) {
		if !ok {
			bad = append(bad, fault.Field(field, "casework.need."+field))
		}
	}
	need(slices.Contains([]string{"yes", "partly", "no"}, r.True), "true")
	need(slices.Contains([]string{"yes", "no"}, r.Ours), "ours")
	need(slices.Contains([]string{"yes", "partly", "no"}, r.Solved), "solved")
	need(!blank(r.Public), "public")
	need(!r.Contacted || (r.Means != "" && !r.ContactedAt.IsZero()), "means")
	need(r.Solved == "yes" || (!blank(r.WhyNot) && !blank(r.Next)), "why_not")
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// replyFlags finds what a supervisor should look at in a reply.
func (t *turn) replyFlags(r Reply) []Flag {
	var flags []Flag
	if r.Kind == "inquiry" && (t.Case.Kind == "complaint" || t.Case.Kind == "report") {
		flags = append(flags, FlagRecast)
	}
	visited := r.Visited || slices.ContainsFunc(t.Orders, func(o Order) bool { return o.CheckIn != nil })
	if t.Case.OnSite && !visited {
		flags = append(flags, FlagNoVisit)
	}
	if t.Case.HasContact && !r.Contacted {
		flags = append(flags, FlagNoContact)
	}
	return flags
}
