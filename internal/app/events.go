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
		if kind, ok := clockEvent(h, c); ok {
			add(kind, c.Unit, func(ev *oversee.Event) { ev.InTime, ev.DueAt = c.Now == casework.ClockMet, c.DueAt })
		}
	}
	switch h.Action {
	case casework.ActFollowUp, casework.ActConfirm, casework.ActContest:
		if h.Solved != "" {
			add(oversee.FollowedUp, h.Lead, func(ev *oversee.Event) { ev.Solved, ev.Satisfied = h.Solved == "yes", h.Satisfied == "yes" })
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

// clockEvent names the event that the end of a clock is. Where nobody can be
// contacted the public reply is the response, so the resolve clock stands for
// the first response too.
func clockEvent(h casework.Happened, c casework.Effect) (string, bool) {
	if !c.Ended || c.Now == casework.ClockVoid || c.Cycle > 1 && c.Kind == casework.ClockFirst {
		return "", false
	}
	switch c.Kind {
	case casework.ClockFirst:
		return oversee.FirstResponse, true
	case casework.ClockSign:
		return oversee.Signed, true
	case casework.ClockArrive:
		return oversee.Arrived, true
	case casework.ClockResolve:
		if !h.Reach && c.Cycle == 1 {
			return oversee.FirstResponse, true
		}
		return oversee.Resolved, true
	}
	return "", false
}

// overdue is the case whose resolve clock an entry found breached.
func overdue(h casework.Happened) (oversee.Overdue, bool) {
	i := slices.IndexFunc(h.Clocks, func(c casework.Effect) bool {
		return c.Kind == casework.ClockResolve && c.Now == casework.ClockBreached && !c.Ended
	})
	if i < 0 {
		return oversee.Overdue{}, false
	}
	c := h.Clocks[i]
	return oversee.Overdue{Case: h.Case, Number: h.Number, Unit: c.Unit, Path: h.Path, DueAt: c.DueAt, At: h.At}, true
}

// settled says that an entry ended the resolve clock.
func settled(h casework.Happened) bool {
	return slices.ContainsFunc(h.Clocks, func(c casework.Effect) bool { return c.Kind == casework.ClockResolve && c.Ended })
}

// overseeReminder is a limit that is nearly used up.
func overseeReminder(h casework.Happened, c casework.Effect) oversee.Overdue {
	return oversee.Overdue{Case: h.Case, Number: h.Number, Unit: c.Unit, Path: h.Path, DueAt: c.DueAt, At: h.At}
}
