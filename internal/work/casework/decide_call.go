package casework

import (
	"slices"

	"banyan/internal/platform/fault"
	"banyan/internal/platform/geo"
)

// Calling summons units to a place.
type Calling struct {
	Case  string
	Area  string
	Point geo.Point
	Units []string
	Words string
}

// call opens a call: every summoned unit gets an order with its own sign and
// arrive clocks. A unit that already has an open order gets one all the same:
// arriving is a duty of its own.
func (t *turn) call(in Calling) error {
	if err := t.must(ActCall); err != nil {
		return err
	}
	units := distinct(in.Units)
	switch {
	case len(units) == 0:
		return lacks("units")
	case blank(in.Words):
		return lacks("words")
	}
	c := Call{ID: t.newID(t.now), Unit: t.actor.Unit, Area: in.Area, Point: in.Point, Words: in.Words, Open: true, OpenedAt: t.now}
	if c.Point == (geo.Point{}) {
		c.Point = t.Case.Point
	}
	for _, unit := range units {
		if t.calledOpen(unit) {
			return fault.Field("units", "casework.refuse.already_called", "Unit", unit)
		}
		o := t.offer(Order{Unit: unit, Role: Called, Call: c.ID, Instruction: in.Words})
		t.start(ClockArrive, t.lim.Arrive, Clock{Order: o.ID, Unit: unit})
		c.Orders = append(c.Orders, o.ID)
	}
	t.setCall(c)
	t.entry.Call, t.entry.Words = c.ID, in.Words
	return nil
}

func (t *turn) calledOpen(unit string) bool {
	return slices.ContainsFunc(t.Orders, func(o Order) bool { return o.Role == Called && o.Unit == unit && o.State.owing() })
}

// score is the caller's word on one summoned unit, 1 (poor) to 5 (very good).
func (t *turn) score(order string, points int, words string) error {
	o, err := t.mustOrder(ActScore, order)
	if err != nil {
		return err
	}
	if points < 1 || points > 5 {
		return lacks("score")
	}
	o.State, o.Score, o.EndedAt = Accepted, points, t.now
	t.setOrder(o)
	t.entry.Words = words
	return nil
}

// endCall records what the call came to. Units that never came are withdrawn
// and their arrive clocks judged.
func (t *turn) endCall(id, result string) error {
	if err := t.must(ActEndCall); err != nil {
		return err
	}
	c, ok := t.Call(id)
	switch {
	case !ok:
		return fault.New(fault.NotFound, "casework.call.missing")
	case !c.Open:
		return refuse("call_ended")
	case blank(result):
		return lacks("result")
	}
	for _, o := range t.Orders {
		if o.Call == id && o.State.owing() {
			t.each(func(k Clock) bool { return k.Kind == ClockArrive && k.Order == o.ID }, func(k Clock) Clock { return k.breach() })
			t.leave(o, Withdrawn)
		}
	}
	c.Open, c.EndedAt, c.Result = false, t.now, result
	t.setCall(c)
	t.entry.Call, t.entry.Words = id, result
	return nil
}

// endCalls ends the open calls of a case that ends: nobody can come any more.
func (t *turn) endCalls() {
	for _, c := range t.Calls {
		if c.Open {
			c.Open, c.EndedAt = false, t.now
			t.setCall(c)
		}
	}
}
