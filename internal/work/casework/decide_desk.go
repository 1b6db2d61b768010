package casework

import (
	"encoding/json"
	"slices"
	"strings"

	"banyan/internal/platform/fault"
)

// Dispatch names the duty, the lead unit and the assisting units of a case.
type Dispatch struct {
	Case        string
	Version     int // the version the dispatcher saw; 0 skips the check
	Duty        string
	DutyVersion string
	Profile     string
	OnSite      bool
	Lead        string
	Assisting   []string
	Instruction string
	Explanation json.RawMessage // the suggestion with its reasons
	Urgent      bool
}

// Answering answers a case at the desk.
type Answering struct {
	Case    string
	Version int
	Public  string
	Article string
	OnSite  bool // the suggested duty needs a visit
	Duty    string
}

// Declining refuses a case with a reason that says where to go.
type Declining struct {
	Case    string
	Version int
	Reason  string
	Words   string
}

// Reassigning gives the lead to another unit without a return.
type Reassigning struct {
	Case    string
	Version int
	Lead    string
	Words   string
}

// Assist asks a further unit to help; Parent is set when a lead unit
// sub-dispatches from its own order.
type Assist struct {
	Case        string
	Unit        string
	Parent      string
	Instruction string
}

func (t *turn) answer(in Answering) error {
	if err := t.must(ActAnswer); err != nil {
		return err
	}
	if blank(in.Public) {
		return lacks("public")
	}
	t.Case.Answer = &Answer{Public: in.Public, Article: in.Article}
	t.Case.Duty = in.Duty
	t.Case.State, t.Case.ClosedAt = Answered, t.now
	if in.OnSite {
		t.flag(FlagDeskOnSite)
	}
	t.stopKind(ClockDispatch)
	return nil
}

func (t *turn) decline(in Declining) error {
	if err := t.must(ActDecline); err != nil {
		return err
	}
	if in.Reason == "" {
		return lacks("reason")
	}
	t.entry.Reason, t.entry.Words = in.Reason, in.Words
	t.Case.Decline = &Decline{Reason: in.Reason, Words: in.Words}
	t.Case.State, t.Case.ClosedAt = Declined, t.now
	t.stopKind(ClockDispatch)
	return nil
}

func (t *turn) dispatch(in Dispatch) error {
	if err := t.must(ActDispatch); err != nil {
		return err
	}
	switch {
	case in.Duty == "":
		return lacks("duty")
	case in.Lead == "":
		return lacks("unit")
	case slices.Contains(in.Assisting, in.Lead):
		return fault.Field("assisting", "casework.need.other_unit")
	}
	t.Case.Duty, t.Case.DutyVersion, t.Case.Profile, t.Case.OnSite = in.Duty, in.DutyVersion, t.lim.Code, in.OnSite
	t.Case.Urgent = t.Case.Urgent || in.Urgent
	t.entry.Words = in.Instruction
	t.stopKind(ClockDispatch)
	t.goOn(ClockResolve, t.lim.Resolve, Clock{Unit: in.Lead, Cycle: t.cycle()})
	if t.Case.HasContact {
		t.goOn(ClockFirst, t.lim.First, Clock{Unit: in.Lead, Cycle: t.cycle()})
	}
	t.offerLead(in.Lead, in.Instruction, in.Explanation)
	for _, unit := range distinct(in.Assisting) {
		t.offer(Order{Unit: unit, Role: Assisting, Instruction: in.Instruction})
	}
	return nil
}

// offerLead makes the one open lead order and moves the case's own clocks to
// its unit. Their consumed time goes with them: a new unit gets no new time. A
// parking ends, for its plan was the other unit's.
func (t *turn) offerLead(unit, instruction string, why json.RawMessage) Order {
	t.endPark("new_lead")
	o := t.offer(Order{Unit: unit, Role: Lead, Instruction: instruction, Explanation: why})
	t.each(ofKind(ClockResolve, ClockFirst), func(c Clock) Clock { c.Unit = unit; return c })
	t.Case.State, t.Case.Lead = Dispatched, unit
	return o
}

// offer makes an order with its sign clock.
func (t *turn) offer(o Order) Order {
	o.ID, o.State, o.OfferedAt = t.newID(t.now), Offered, t.now
	t.setOrder(o)
	t.start(ClockSign, t.lim.Sign, Clock{Order: o.ID, Unit: o.Unit})
	return o
}

func (t *turn) reassign(in Reassigning) error {
	if err := t.must(ActReassign); err != nil {
		return err
	}
	lead, ok := t.LeadOrder()
	switch {
	case !ok:
		return refuse("no_lead")
	case in.Lead == "":
		return lacks("unit")
	case blank(in.Words):
		return lacks("words")
	case in.Lead == lead.Unit:
		return fault.Field("unit", "casework.need.other_unit")
	case lead.State == Disputed:
		return refuse("disputed")
	}
	t.entry.Words = in.Words
	t.leave(lead, Withdrawn)
	t.offerLead(in.Lead, in.Words, nil)
	return nil
}

// leave ends an order without acceptance and voids what only it owed.
func (t *turn) leave(o Order, to State) {
	o.State, o.EndedAt = to, t.now
	t.setOrder(o)
	t.voidOrder(o.ID)
}

func (t *turn) assist(in Assist) error {
	if err := t.must(ActAssist); err != nil {
		return err
	}
	if in.Unit == "" {
		return lacks("unit")
	}
	if from, ok := t.Order(in.Parent); in.Parent != "" && (!ok || !from.State.owing()) {
		return refuse("order_state", "Action", string(ActAssist), "State", string(from.State))
	}
	for _, o := range t.Orders {
		if o.Unit == in.Unit && o.State.owing() {
			return refuse("already_there")
		}
	}
	t.entry.Words = in.Instruction
	o := t.offer(Order{Unit: in.Unit, Role: Assisting, Parent: in.Parent, Instruction: in.Instruction})
	t.entry.Order = o.ID
	return nil
}

// distinct sorts unit ids and leaves out empty and repeated ones.
func distinct(units []string) []string {
	known := slices.DeleteFunc(slices.Sorted(slices.Values(units)), blank)
	return slices.Compact(known)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
