package casework

import (
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/calendar"
)

// turn is one transition being decided. It is pure: the File as loaded, the
// rules and one instant go in; a changed File with its entry, or a refusal,
// comes out.
type turn struct {
	File
	entry Entry
	now   time.Time
	actor access.Actor
	cal   *calendar.Calendar
	lim   calendar.Profile
	rules Rules
	newID func(time.Time) string
}

// Rules are the pack's settings of the loop (casework.yaml).
type Rules struct {
	NumberPrefix     string   `yaml:"number_prefix"`
	ReturnsMax       int      `yaml:"returns_max"`
	ReworksMax       int      `yaml:"reworks_max"`
	FollowUpAttempts int      `yaml:"followup_attempts"`
	ExtensionsMax    int      `yaml:"extensions_max"`
	ArriveRadius     int      `yaml:"arrive_radius_m"` // metres
	PublishAfter     string   `yaml:"publish_after"`
	DefaultProfile   string   `yaml:"default_profile"` // clock profile before a duty is known
	UrgentProfile    string   `yaml:"urgent_profile"`
	UrgentWords      []string `yaml:"urgent_words"`
	MergeRadius      int      `yaml:"merge_radius_m"` // metres
	MergeDays        int      `yaml:"merge_days"`
}

// refuse says why an action is not possible now, in a sentence by key.
func refuse(key string, args ...any) error {
	return fault.New(fault.Conflict, "casework.refuse."+key, args...)
}

// lacks says which field a person left out.
func lacks(field string) error { return fault.Field(field, "casework.need."+field) }

// must refuses when the case is not in a state from which the action leads on.
func (t *turn) must(a Action) error {
	t.entry.Action = a
	if s := step(a); s.On != OnOrder && !slices.Contains(s.From, t.Case.State) {
		return refuse("state", "Action", string(a), "State", string(t.Case.State))
	}
	return nil
}

// mustOrder loads an order and refuses when the table has no such step for it.
func (t *turn) mustOrder(a Action, id string) (Order, error) {
	t.entry.Action, t.entry.Order = a, id
	o, ok := t.Order(id)
	if !ok {
		return o, fault.New(fault.NotFound, "casework.order.missing")
	}
	s := step(a)
	if len(s.Roles) > 0 && !slices.Contains(s.Roles, o.Role) {
		return o, refuse("role", "Action", string(a), "Role", string(o.Role))
	}
	if !slices.Contains(s.From, o.State) {
		return o, refuse("order_state", "Action", string(a), "State", string(o.State))
	}
	return o, nil
}

func (t *turn) setOrder(o Order) {
	key := func(o Order) string { return o.ID }
	t.Orders = put(t.Orders, o, key)
	t.entry.Delta.Orders = put(t.entry.Delta.Orders, o, key)
}

func (t *turn) setCall(c Call) {
	key := func(c Call) string { return c.ID }
	t.Calls = put(t.Calls, c, key)
	t.entry.Delta.Calls = put(t.entry.Delta.Calls, c, key)
}

func (t *turn) setChange(c Change) {
	key := func(c Change) string { return c.ID }
	t.Changes = put(t.Changes, c, key)
	t.entry.Delta.Changes = put(t.entry.Delta.Changes, c, key)
}

func (t *turn) setFollowUp(u FollowUp) {
	key := func(u FollowUp) string { return u.ID }
	t.FollowUps = put(t.FollowUps, u, key)
	t.entry.Delta.FollowUps = put(t.entry.Delta.FollowUps, u, key)
}

// setClock keeps the clock and tells the journal what happened to it.
func (t *turn) setClock(c Clock) {
	key := func(c Clock) string { return c.ID }
	was, _ := find(t.Clocks, c.ID, key)
	t.Clocks = put(t.Clocks, c, key)
	t.entry.Delta.Clocks = put(t.entry.Delta.Clocks, c, key)
	t.entry.Clocks = append(t.entry.Clocks, Effect{Kind: c.Kind, Unit: c.Unit, Was: was.State, Now: c.State, Ended: !c.Live(), Cycle: c.Cycle, DueAt: c.DueAt, Provisional: c.Provisional})
}

// start begins a clock; owner names the order, the change and the unit it is for.
func (t *turn) start(kind ClockKind, limit calendar.Limit, owner Clock) {
	c := startClock(t.cal, t.newID(t.now), kind, limit, t.now)
	c.Order, c.Change, c.Unit, c.Cycle = owner.Order, owner.Change, owner.Unit, owner.Cycle
	t.setClock(c)
}

// goOn starts a limit of the case, or goes on with the one a merge broke off:
// being taken out again gives nobody new time.
func (t *turn) goOn(kind ClockKind, limit calendar.Limit, owner Clock) {
	t.start(kind, limit, owner)
	c := t.Clocks[len(t.Clocks)-1]
	for _, old := range slices.Backward(t.Clocks[:len(t.Clocks)-1]) {
		if old.Kind != kind || old.Cycle != c.Cycle {
			continue
		}
		if old.Base == c.Base && (old.State == ClockVoid || old.State == ClockBreached) {
			c.Segments = slices.Concat(old.Segments, c.Segments)
			t.setClock(c.withDue(t.cal))
		}
		return
	}
}

// each changes every live clock that matches and reports whether there was one.
func (t *turn) each(match func(Clock) bool, change func(Clock) Clock) bool {
	hit := false
	for _, c := range slices.Clone(t.Clocks) {
		if c.Live() && match(c) {
			t.setClock(change(c))
			hit = true
		}
	}
	return hit
}

func (t *turn) stopKind(kinds ...ClockKind) bool {
	return t.each(ofKind(kinds...), func(c Clock) Clock { return c.stop(t.now) })
}

func (t *turn) voidOrder(id string) {
	t.each(func(c Clock) bool { return c.Order == id }, func(c Clock) Clock { return c.void(t.now) })
	for _, ch := range t.Changes {
		if ch.Order == id && ch.State == Asked && ch.ID != t.entry.Change {
			ch.State, ch.At = Void, t.now
			t.setChange(ch)
			t.each(func(c Clock) bool { return c.Change == ch.ID }, func(c Clock) Clock { return c.void(t.now) })
		}
	}
}

func (t *turn) voidAll() {
	t.each(func(Clock) bool { return true }, func(c Clock) Clock { return c.void(t.now) })
}

func ofKind(kinds ...ClockKind) func(Clock) bool {
	return func(c Clock) bool { return slices.Contains(kinds, c.Kind) }
}

func (t *turn) flag(flags ...Flag) {
	for _, fl := range flags {
		if !slices.Contains(t.Case.Flags, fl) {
			t.Case.Flags = append(slices.Clone(t.Case.Flags), fl)
		}
	}
}

// cycle counts how often the case has been worked: 1 for the first time.
func (t *turn) cycle() int { return t.Case.Reworks + 1 }

// close ends the case by one of the rights of Ending. It is the only way to
// Closed, so the invariant stands here.
func (t *turn) close(right Ending) error {
	if _, replied := t.LastReply(); !replied {
		return refuse("close_without_reply")
	}
	t.stopKind(ClockFollowUp, ClockConfirm, ClockDecide)
	t.endCalls()
	t.voidAll()
	for _, o := range t.Orders {
		if o.State.orderOpen() {
			o.State, o.EndedAt = Accepted, t.now
			t.setOrder(o)
		}
	}
	t.Case.State, t.Case.Ending, t.Case.ClosedAt, t.Case.Lead = Closed, right, t.now, ""
	return nil
}

// finish seals the entry: the case as it became, its version and the time.
func (t *turn) finish() Entry {
	t.Case.Version++
	t.entry.Case, t.entry.Seq, t.entry.At, t.entry.Actor = t.Case.ID, t.Case.Version, t.now, by(t.actor)
	t.entry.Delta.Case = t.Case
	return t.entry
}

// ms cuts an instant to what the store keeps.
func ms(t time.Time) time.Time { return clock.FromMs(clock.Ms(t)) }
