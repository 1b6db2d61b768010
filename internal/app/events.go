package app

import (
	"slices"

	"banyan/internal/work/casework"
	"banyan/internal/work/oversee"
)

// assessed turns what happened to a case into the events that supervision
// counts. It is pure: the reaction and the replay use it alike.
func assessed(h casework.Happened) []oversee.Event {
	base := oversee.Event{Case: h.Case, Number: h.Number, Seq: h.Seq, Path: h.Path, At: h.At}
	var out []oversee.Event
	add := func(kind, unit string, fill func(*oversee.Event)) {
		ev := base
		ev.Kind, ev.Unit = kind, unit
		fill(&ev)
		out = append(out, ev)
	}
	for _, c := range h.Clocks {
		for _, kind := range clockEvents(h, c) {
			add(kind, c.Unit, func(ev *oversee.Event) { ev.InTime, ev.DueAt = c.Now == casework.ClockMet, c.DueAt })
		}
	}
	switch h.Action {
	case casework.ActFollowUp, casework.ActConfirm, casework.ActContest:
		if h.Solved != "" {
			add(oversee.FollowedUp, h.Lead, func(ev *oversee.Event) {
				ev.Solved, ev.Satisfied, ev.Asked = h.Solved == "yes", h.Satisfied == "yes", h.Satisfied != ""
			})
		}
	case casework.ActAsk:
		if h.ChangeKind == casework.Return || h.ChangeKind == casework.Dispute {
			add(oversee.Returned, h.Unit, func(*oversee.Event) {})
		}
	case casework.ActRule:
		if h.ChangeState == casework.Refused { // the unit that disputed has to lead after all
			add(oversee.DisputeLost, h.Unit, func(*oversee.Event) {})
		}
	case casework.ActScore:
		add(oversee.CallScored, h.Unit, func(ev *oversee.Event) { ev.Score = h.Score })
	}
	return out
}

// clockEvents names the events that the end of a clock is. Where nobody can be
// contacted the public reply is the response, so the resolve clock stands for
// the first response too.
func clockEvents(h casework.Happened, c casework.Effect) []string {
	if !c.Ended || c.Now == casework.ClockVoid {
		return nil
	}
	switch c.Kind {
	case casework.ClockFirst:
		if c.Cycle <= 1 {
			return []string{oversee.FirstResponse}
		}
	case casework.ClockSign:
		return []string{oversee.Signed}
	case casework.ClockArrive:
		return []string{oversee.Arrived}
	case casework.ClockResolve:
		if !h.Reach && c.Cycle <= 1 {
			return []string{oversee.FirstResponse, oversee.Resolved}
		}
		return []string{oversee.Resolved}
	}
	return nil
}

// told says who hears of an entry, and as what state. Who comes to a case that
// is already replied to hears of the reply as the others did.
func told(h casework.Happened) (casework.State, []string) {
	switch {
	case h.Action == casework.ActJoin && (h.State == casework.Replied || h.State == casework.FollowingUp):
		return casework.Replied, h.Joined
	case h.Action == casework.ActJoin,
		h.Action == casework.ActDecide && h.State != casework.Declined,
		h.Action == casework.ActFollowUp && h.State != casework.Closed:
		return h.State, nil
	}
	return h.State, h.Requests
}

// overdue is the case whose resolve clock an entry found breached, or that
// changed hands while it is.
func overdue(h casework.Happened) (oversee.Overdue, bool) {
	i := slices.IndexFunc(h.Clocks, func(c casework.Effect) bool {
		return c.Kind == casework.ClockResolve && c.Now == casework.ClockBreached && !c.Ended && !c.DueAt.After(h.At)
	})
	if i < 0 {
		return oversee.Overdue{}, false
	}
	return limit(h, h.Clocks[i]), true
}

// settled says that an entry ended the resolve clock, or that an extension
// moved its due time out of the past.
func settled(h casework.Happened) bool {
	return slices.ContainsFunc(h.Clocks, func(c casework.Effect) bool {
		return c.Kind == casework.ClockResolve && (c.Ended || c.Was == casework.ClockBreached && c.DueAt.After(h.At))
	})
}

// limit is a clock of a case as supervision knows it.
func limit(h casework.Happened, c casework.Effect) oversee.Overdue {
	return oversee.Overdue{Case: h.Case, Number: h.Number, Unit: c.Unit, Path: h.Path, Seq: h.Seq, DueAt: c.DueAt, At: h.At}
}
