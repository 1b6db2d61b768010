package casework

import (
	"slices"

	"banyan/internal/register/access"
)

// Affordance is one thing the actor may do now, and what it needs. Pages draw
// what they are given and decide nothing.
type Affordance struct {
	Action Action
	Order  string
	Call   string
	Change string
	Needs  []string
}

// Allowed lists what the actor may do with the file now.
func (f *File) Allowed(policy *access.Policy, actor access.Actor) []Affordance {
	var out []Affordance
	for _, s := range Steps() {
		if s.May == "" || s.Action == ActOpen || s.Action == ActJoin {
			continue
		}
		for _, a := range f.targets(s) {
			if !f.ownWork(actor, s.Action) && policy.May(actor, s.May, f.resource(ref{Order: a.Order, Call: a.Call, Change: a.Change})).Allow {
				a.Action, a.Needs = s.Action, s.Needs
				out = append(out, a)
			}
		}
	}
	return out
}

// targets lists what a step can be done to in the present states.
func (f *File) targets(s Step) []Affordance {
	var out []Affordance
	switch s.On {
	case OnOrder:
		for _, o := range f.Orders {
			if slices.Contains(s.From, o.State) && (len(s.Roles) == 0 || slices.Contains(s.Roles, o.Role)) && f.open(s.Action, o) {
				out = append(out, Affordance{Order: o.ID})
			}
		}
	case OnCall:
		for _, c := range f.Calls {
			if c.Open && slices.Contains(s.From, f.Case.State) {
				out = append(out, Affordance{Call: c.ID})
			}
		}
	case OnChange:
		for _, c := range f.Changes {
			if c.State == Asked && slices.Contains(s.From, f.Case.State) && (c.Kind == Dispute) == (s.Action == ActRule) {
				out = append(out, Affordance{Change: c.ID, Order: c.Order})
			}
		}
	default:
		if slices.Contains(s.From, f.Case.State) && f.publishable(s.Action) {
			out = append(out, Affordance{})
		}
	}
	return out
}

// open hides what an order cannot do a second time now.
func (f *File) open(a Action, o Order) bool {
	switch a {
	case ActCheckIn:
		return o.CheckIn == nil
	case ActAsk:
		return !slices.ContainsFunc(f.Changes, func(c Change) bool { return c.Order == o.ID && c.State == Asked })
	}
	return true
}

// publishable hides publishing where it cannot succeed.
func (f *File) publishable(a Action) bool {
	switch a {
	case ActPublish:
		return f.Case.Consent && !f.Case.Published
	case ActUnpublish:
		return f.Case.Published
	}
	return true
}

// resource describes what a ref names to the access policy: an order and a
// change belong to their unit, a call to its caller, a case to its lead.
func (f *File) resource(r ref) access.Resource {
	res := access.Resource{Kind: "case", ID: f.Case.ID, Unit: f.Case.Lead, Units: f.Units(), Open: f.owing(), AreaPath: f.Case.Path, State: string(f.Case.State)}
	if o, ok := f.Order(r.Order); ok {
		res.Kind, res.ID, res.Unit, res.State = "order", o.ID, o.Unit, string(o.State)
		if r.Call == "" && o.Role == Called && o.State == Replied {
			r.Call, res.Units = o.Call, []string{o.Unit} // scoring: the call judges this unit
		}
	}
	if c, ok := f.Change(r.Change); ok {
		res.Kind, res.ID, res.Unit, res.State = "change", c.ID, c.Unit, string(c.State)
	}
	if c, ok := f.Call(r.Call); ok {
		res.Kind, res.ID, res.Unit = "call", c.ID, c.Unit
	}
	return res
}

// ownWork says that an action would judge what the actor did, or asked for, in
// another post: the policy knows units, the file knows who it was.
func (f *File) ownWork(actor access.Actor, a Action) bool {
	judging := []Action{ActAttempt, ActFollowUp, ActConfirm, ActDecide, ActRule, ActDirect, ActScore}
	return actor.Posted() && slices.Contains(judging, a) && f.workedOn(actor.ID)
}

// workedOn says that somebody handled, checked in, replied or asked for a change.
func (f *File) workedOn(staff string) bool {
	for _, o := range f.Orders {
		if o.Assignee == staff || o.CheckIn != nil && o.CheckIn.By == staff ||
			slices.ContainsFunc(o.Replies, func(r Reply) bool { return r.By == staff }) {
			return true
		}
	}
	return slices.ContainsFunc(f.Changes, func(c Change) bool { return c.AskedBy == staff })
}

// owing lists the units that still owe work.
func (f *File) owing() []string {
	var units []string
	for _, o := range f.Orders {
		if o.State.owing() && !slices.Contains(units, o.Unit) {
			units = append(units, o.Unit)
		}
	}
	return units
}
