package citizen

import (
	"slices"
	"strings"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// story tells a case in public words: what was done and by which unit. Nothing a person or a unit wrote for inside
// stands in it, and no name of anybody. Who did something for the requester is said to the requester alone.
func (r *Room) story(v visit, entries []casework.Entry, own bool) []ui.TimelineItem {
	var items []ui.TimelineItem
	var f casework.File
	for _, e := range entries {
		before := f
		f.Apply(e)
		key, args := r.told(v, before, f, e)
		if key == "" {
			continue
		}
		item := ui.TimelineItem{At: v.lang().Stamp(e.At, v.now), What: v.p.T("citizen.told."+key, args...)}
		if by := r.mark(v, e.Actor.As); own && by != "" {
			item.What += " · " + by
		}
		if key == "breach" {
			item.Kind = "warn"
		}
		items = append(items, item)
	}
	slices.Reverse(items)
	return items
}

// told gives the message of one entry and its arguments; "" for what only the inside needs to know.
func (r *Room) told(v visit, before, after casework.File, e casework.Entry) (string, []any) {
	order, _ := after.Order(e.Order) // only named by actions on orders
	unit := []any{"Unit", r.Cases.City.Orgs.Name(order.Unit, v.lang())}
	lead := []any{"Unit", r.Cases.City.Orgs.Name(after.Case.Lead, v.lang())}
	switch e.Action {
	case casework.ActOpen, casework.ActJoin, casework.ActAnswer, casework.ActDecline, casework.ActConfirm, casework.ActContest, casework.ActExpire, casework.ActUnpark:
		return string(e.Action), nil
	case casework.ActDispatch, casework.ActReassign, casework.ActRework:
		return string(e.Action), lead
	case casework.ActSign, casework.ActRespond, casework.ActCheckIn, casework.ActReply:
		return string(e.Action), unit
	case casework.ActAssist:
		return "assist", []any{"Units", r.offered(v, e)}
	case casework.ActCall:
		return "call", []any{"Unit", r.Cases.City.Orgs.Name(e.Actor.Unit, v.lang()), "Units", r.offered(v, e)}
	case casework.ActRule:
		return "rule", lead
	case casework.ActDecide:
		return decided(after, e), lead
	case casework.ActFollowUp:
		return e.Reason, nil // solved_yes or solved_no
	case casework.ActDirect:
		if after.Case.State == casework.Closed {
			return "direct_closed", nil
		}
		return "direct_again", nil
	case casework.ActMerge:
		if len(after.Case.Links) > len(before.Case.Links) {
			return "merge", nil
		}
	case casework.ActBreach:
		if slices.ContainsFunc(e.Clocks, func(c casework.Effect) bool { return c.Kind == casework.ClockResolve }) {
			return "breach", nil
		}
	}
	return "", nil
}

// decided tells of a granted change what the public feels of it; a refused one changed nothing.
func decided(after casework.File, e casework.Entry) string {
	ch, ok := after.Change(e.Change)
	if !ok || ch.State != casework.Granted {
		return ""
	}
	switch ch.Kind {
	case casework.Extension:
		return "extended"
	case casework.Park:
		return "parked"
	case casework.Return:
		return "returned"
	case casework.OutOfScope:
		return "decline"
	default:
		return ""
	}
}

// offered names the units that got an order by an entry.
func (r *Room) offered(v visit, e casework.Entry) string {
	var names []string
	for _, o := range e.Delta.Orders {
		if o.State == casework.Offered {
			names = append(names, r.Cases.City.Orgs.Name(o.Unit, v.lang()))
		}
	}
	return strings.Join(names, v.p.T("citizen.and"))
}

// way is the case's progress, like a parcel's.
func (r *Room) way(v visit, f *casework.File) []ui.Step {
	c := f.Case
	names, at := []string{"received", "dispatched", "working", "replied", "closed"}, 0
	switch c.State {
	case casework.Dispatched:
		at = 1
	case casework.Working, casework.Contested, casework.Overseen:
		at = 2
	case casework.Replied, casework.FollowingUp:
		at = 3
	case casework.Closed:
		at = 5
	case casework.Answered:
		names, at = []string{"received", "answered"}, 2
	case casework.Declined:
		names, at = []string{"received", "declined"}, 2
	}
	list := make([]ui.Step, len(names))
	for i, name := range names {
		list[i] = ui.Step{Label: v.p.T("citizen.step." + name)}
		switch {
		case i < at:
			list[i].State = "done"
		case i == at:
			list[i].State = "now"
		}
	}
	return list
}

// chip is the state of a case in one word.
func (r *Room) chip(v visit, f *casework.File) ui.ChipView {
	kind := "info"
	switch f.Case.State {
	case casework.Closed, casework.Answered:
		kind = "ok"
	case casework.Declined:
		kind = ""
	case casework.Contested, casework.Overseen:
		kind = "warn"
	}
	return ui.ChipView{Kind: kind, Text: v.p.T("citizen.state." + string(f.Case.State))}
}

// answerOf is what the city answered, for everybody to read; "" when it has not yet.
func answerOf(f *casework.File) string {
	if f.Case.Answer != nil {
		return f.Case.Answer.Public
	}
	reply, _ := f.LastReply()
	return reply.Public
}

// duty is the name of what a case is about, "" before anybody decided.
func (r *Room) duty(v visit, code string) string {
	d, _ := r.Cases.City.Duties.Get(code) // an unknown one has no name
	return d.Name.In(v.lang())
}
