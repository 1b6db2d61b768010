package hotline

import (
	"strings"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// timeline puts journal entries into words, oldest first, each with what it did
// to the time limits.
func (r *Room) timeline(v visit, f *casework.File, journal []casework.Entry) []ui.TimelineItem {
	out := make([]ui.TimelineItem, len(journal))
	for i, e := range journal {
		item := ui.TimelineItem{At: v.p.Lang.Stamp(e.At, v.now), Who: r.by(v, e.Actor), What: v.p.T("casework.action." + string(e.Action)), Words: e.Words}
		if to := r.to(v, f, e); to != "" {
			item.What += " · " + to
		}
		switch e.Action {
		case casework.ActBreach:
			item.Kind = "danger"
		case casework.ActWarn, casework.ActContest:
			item.Kind = "warn"
		}
		item.Effect = effects(v, e.Clocks)
		out[i] = item
	}
	return out
}

// to says whom or what an entry was about.
func (r *Room) to(v visit, f *casework.File, e casework.Entry) string {
	switch e.Action {
	case casework.ActDispatch, casework.ActReassign, casework.ActAssist, casework.ActCall, casework.ActRule:
		var names []string
		for _, o := range e.Delta.Orders {
			if o.State == casework.Offered {
				names = append(names, r.City.Orgs.Short(o.Unit, v.p.Lang))
			}
		}
		return strings.Join(names, v.p.T("hotline.comma"))
	case casework.ActAsk, casework.ActDecide:
		if c, ok := f.Change(e.Change); ok {
			text := v.p.T("casework.change." + string(c.Kind))
			if e.Action == casework.ActDecide {
				text += " · " + v.p.T("casework.change_state."+e.Reason)
			}
			return text
		}
	case casework.ActDecline:
		return r.City.Duties.ReasonName(e.Reason, v.p.Lang)
	case casework.ActFollowUp:
		return v.p.T("hotline.solved." + strings.TrimPrefix(e.Reason, "solved_"))
	case casework.ActAttempt:
		return r.means(v, e.Reason)
	}
	return ""
}

// effects says what an entry did to the clocks: begun, ended, moved.
func effects(v visit, list []casework.Effect) string {
	var out []string
	begun := map[casework.ClockKind]bool{}
	for _, e := range list {
		if begun[e.Kind] && e.Was == e.Now {
			continue // a clock that begins with this entry is not moved by it as well
		}
		begun[e.Kind] = e.Was == ""
		name := v.p.T("casework.clock." + string(e.Kind))
		due := v.p.Lang.Due(e.DueAt, v.now)
		switch {
		case e.Ended:
			out = append(out, v.p.T("hotline.effect.end", "Clock", name, "State", v.p.T("casework.clock_state."+string(e.Now))))
		case e.Was == "":
			out = append(out, v.p.T("hotline.effect.start", "Clock", name, "At", due))
		case e.Was != e.Now:
			out = append(out, v.p.T("hotline.effect.end", "Clock", name, "State", v.p.T("casework.clock_state."+string(e.Now))))
		default:
			out = append(out, v.p.T("hotline.effect.move", "Clock", name, "At", due))
		}
	}
	return strings.Join(out, v.p.T("hotline.semicolon"))
}

// channels of a follow-up.
func means() []string { return []string{"phone", "sms", "visit", "app"} }

func (r *Room) means(v visit, code string) string {
	for _, m := range means() {
		if m == code {
			return v.p.T("hotline.means." + code)
		}
	}
	return r.City.Duties.ChannelName(code, v.p.Lang)
}
