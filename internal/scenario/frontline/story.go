package frontline

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// story tells the journal, newest first. What a requester says is not in it.
func (r *Room) story(v visit, entries []casework.Entry) []ui.TimelineItem {
	items := make([]ui.TimelineItem, 0, len(entries))
	known := map[string]casework.Effect{}
	for _, e := range entries {
		item := ui.TimelineItem{
			At: v.p.Lang.Stamp(e.At, v.now), Who: r.by(v, e.Actor), What: r.did(v, e), Words: e.Words, Effect: r.effects(v, known, e.Clocks),
		}
		switch e.Action {
		case casework.ActBreach, casework.ActContest:
			item.Kind = "danger"
		case casework.ActWarn, casework.ActAsk:
			item.Kind = "warn"
		}
		items = append(items, item)
	}
	slices.Reverse(items)
	return items
}

// did says an action with what belongs to it: the unit, the wish, the reason.
func (r *Room) did(v visit, e casework.Entry) string {
	parts := []string{v.p.T("casework.action." + string(e.Action))}
	for _, c := range e.Delta.Changes {
		parts = append(parts, v.p.T("casework.change."+string(c.Kind)))
	}
	if e.Action == casework.ActAsk && e.Reason != "" {
		parts = append(parts, r.City.Duties.ReasonName(e.Reason, v.p.Lang))
	}
	if e.Action == casework.ActDecide && e.Reason != "" {
		parts = append(parts, v.p.T("casework.change_state."+e.Reason))
	}
	for _, o := range e.Delta.Orders {
		switch {
		case o.State == casework.Offered:
			parts = append(parts, r.City.Orgs.Short(o.Unit, v.p.Lang)+v.p.T("frontline.in_brackets", "Words", v.p.T("casework.role."+string(o.Role))))
		case e.Action == casework.ActCheckIn && o.CheckIn != nil:
			parts = append(parts, checkInHow(v, *o.CheckIn))
		case e.Action == casework.ActReply && len(o.Replies) > 0:
			parts = append(parts, v.p.T("frontline.solved."+solvedOf(o.Replies[len(o.Replies)-1])))
		case e.Action == casework.ActScore:
			parts = append(parts, r.City.Orgs.Short(o.Unit, v.p.Lang), v.p.T("frontline.points", "N", o.Score))
		}
	}
	return strings.Join(parts, " · ")
}

func solvedOf(r casework.Reply) string {
	if slices.Contains([]string{"yes", "partly", "no"}, r.Solved) {
		return r.Solved
	}
	return casework.Unknown
}

// clockKey tells clocks of the journal apart: sign and arrive belong to a unit,
// the others to the case.
func clockKey(e casework.Effect) (key, unit string) {
	if e.Kind == casework.ClockSign || e.Kind == casework.ClockArrive {
		unit = e.Unit
	}
	return fmt.Sprint(e.Kind, unit, e.Cycle), unit
}

// effects says what an entry did to time limits, each clock once; known holds
// how every clock stood before, and afterwards how it stands.
func (r *Room) effects(v visit, known map[string]casework.Effect, list []casework.Effect) string {
	before := maps.Clone(known)
	var order []string
	for _, e := range list {
		key, _ := clockKey(e)
		if !slices.Contains(order, key) {
			order = append(order, key)
		}
		known[key] = e
	}
	var out []string
	for _, key := range order {
		was, had := before[key]
		if words := r.effect(v, was, had && was.Now != casework.ClockVoid && !was.Ended, known[key]); words != "" {
			out = append(out, words)
		}
	}
	return strings.Join(out, v.p.T("frontline.semicolon"))
}

// effect says what became of one clock, nothing when it only changed hands.
func (r *Room) effect(v visit, was casework.Effect, ran bool, e casework.Effect) string {
	key := "moved"
	switch {
	case e.Now == casework.ClockVoid:
		key = "void"
	case e.Ended && e.Now == casework.ClockMet:
		key = "met"
	case e.Now == casework.ClockBreached && ran && was.Now == casework.ClockBreached:
		return ""
	case e.Ended, e.Now == casework.ClockBreached:
		key = "breached"
	case e.Now == casework.ClockPaused:
		key = "paused"
	case !ran:
		key = "started"
	case was.Now == casework.ClockPaused:
		key = "resumed"
	case was.DueAt.Equal(e.DueAt):
		return ""
	}
	name := v.p.T("casework.clock." + string(e.Kind))
	if _, unit := clockKey(e); unit != "" {
		name += v.p.T("frontline.in_brackets", "Words", r.City.Orgs.Short(unit, v.p.Lang))
	}
	due := v.p.Lang.Due(e.DueAt, v.now)
	if e.Provisional {
		due += v.p.T("frontline.provisional_mark")
	}
	return v.p.T("frontline.effect."+key, "Clock", name, "Due", due)
}

// clocks are the limits of the case and of the order, running ones first.
func clocksOf(v visit, f *casework.File, o casework.Order) []clockView {
	var live, ended []clockView
	for _, c := range f.Clocks {
		if c.Order != "" && c.Order != o.ID || c.State == casework.ClockVoid {
			continue
		}
		one := clockView{Name: v.p.T("casework.clock." + string(c.Kind)), Text: clockText(v, c)}
		if !c.Live() {
			ended = append(ended, one)
			continue
		}
		if c.State != casework.ClockPaused {
			due := ui.Due(v.p, c.DueAt, v.now, c.Provisional)
			one.Due = &due
		}
		live = append(live, one)
	}
	return append(live, ended...)
}

// clockText says a clock in a sentence.
func clockText(v visit, c casework.Clock) string {
	args := []any{"Due", v.p.Lang.Due(c.DueAt, v.now), "Limit", limit(v, c.Limit)}
	switch {
	case !c.Live() && c.State == casework.ClockMet:
		return v.p.T("frontline.clock.met", "At", v.p.Lang.Stamp(c.EndedAt, v.now))
	case !c.Live():
		return v.p.T("frontline.clock.breached", args...)
	case c.State == casework.ClockPaused:
		return v.p.T("frontline.clock.paused", args...)
	case c.Overdue(v.now):
		return v.p.T("frontline.clock.overdue", args...)
	case c.Provisional:
		return v.p.T("frontline.clock.provisional", args...)
	case c.Limit.Amount == 0:
		return v.p.T("frontline.clock.until", args...)
	default:
		return v.p.T("frontline.clock.running", args...)
	}
}
