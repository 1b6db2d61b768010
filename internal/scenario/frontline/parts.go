package frontline

import (
	"slices"
	"strings"

	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// checkInText says when a unit came and how.
func checkInText(v visit, c casework.CheckIn) string {
	return v.p.Lang.Stamp(c.At, v.now) + " · " + checkInHow(v, c)
}

// checkInHow says how a unit came: in time or late, near or far.
func checkInHow(v visit, c casework.CheckIn) string {
	words := []string{v.p.T("frontline.checkin.in_time")}
	if c.Late {
		words[0] = v.p.T("frontline.checkin.late")
	}
	switch {
	case c.Distance < 0:
		words = append(words, v.p.T("frontline.checkin.no_place"))
	case c.Far:
		words = append(words, v.p.T("frontline.checkin.far", "Metres", c.Distance))
	default:
		words = append(words, v.p.T("frontline.checkin.near", "Metres", c.Distance))
	}
	return strings.Join(words, " · ")
}

// unitsIn lists the lead and the assisting units, the lead first; called units
// stand with their calls.
func (r *Room) unitsIn(v visit, f *casework.File) []unitView {
	rank := map[casework.Role]int{casework.Lead: 0, casework.Assisting: 1}
	orders := slices.DeleteFunc(slices.Clone(f.Orders), func(o casework.Order) bool { return o.Role == casework.Called })
	slices.SortStableFunc(orders, func(a, b casework.Order) int { return rank[a.Role] - rank[b.Role] })
	out := make([]unitView, len(orders))
	for i, o := range orders {
		out[i] = r.unitView(v, f, o)
	}
	return out
}

func (r *Room) unitView(v visit, f *casework.File, o casework.Order) unitView {
	u := unitView{
		Order: o.ID, Name: r.City.Orgs.Short(o.Unit, v.p.Lang), Own: o.Unit == v.actor.Unit,
		Role: v.p.T("casework.role." + string(o.Role)), State: orderChip(v, o.State), Result: o.Result,
	}
	if o.CheckIn != nil {
		chip := ui.ChipView{Kind: "ok", Text: checkInText(v, *o.CheckIn)}
		if o.CheckIn.Late || o.CheckIn.Far {
			chip.Kind = "warn"
		}
		u.CheckIn = &chip
	}
	if o.Score > 0 {
		u.Score = v.p.T("frontline.points", "N", o.Score)
	}
	if due := f.OrderDue(o); !due.IsZero() && o.EndedAt.IsZero() && o.State != casework.Replied {
		d := ui.Due(v.p, due, v.now, provisional(f, o))
		u.Due = &d
	}
	return u
}

// calls lists the case's calls, newest first.
func (r *Room) calls(v visit, f *casework.File) []callView {
	var out []callView
	for _, c := range f.Calls {
		one := callView{
			ID: c.ID, Case: f.Case.ID, Caller: r.City.Orgs.Short(c.Unit, v.p.Lang), Place: r.City.Areas.FullName(c.Area, v.p.Lang), Geo: geoHref(c.Point), Words: c.Words,
			At: v.p.Lang.Stamp(c.OpenedAt, v.now), Open: c.Open, Result: c.Result,
		}
		for _, id := range c.Orders {
			if o, ok := f.Order(id); ok {
				one.Units = append(one.Units, r.unitView(v, f, o))
			}
		}
		out = append(out, one)
	}
	slices.Reverse(out)
	return out
}

// changes lists what units asked for, newest first.
func (r *Room) changes(v visit, f *casework.File) []changeView {
	var out []changeView
	for _, c := range f.Changes {
		one := changeView{
			Kind: v.p.T("casework.change." + string(c.Kind)), State: changeChip(v, c.State), Unit: r.City.Orgs.Short(c.Unit, v.p.Lang),
			At: v.p.Lang.Stamp(c.AskedAt, v.now), Reason: r.City.Duties.ReasonName(c.Reason, v.p.Lang), Words: c.Words, Plan: c.Plan, Decision: c.Decision,
			Extra: limit(v, c.Extra),
		}
		if c.Proposed != "" {
			one.Proposed = r.City.Orgs.Short(c.Proposed, v.p.Lang)
		}
		if !c.ReviewAt.IsZero() {
			one.Review = v.p.Lang.Date(c.ReviewAt)
		}
		out = append(out, one)
	}
	slices.Reverse(out)
	return out
}

func changeChip(v visit, s casework.ChangeState) ui.ChipView {
	kind := map[casework.ChangeState]string{casework.Asked: "warn", casework.Granted: "ok", casework.Refused: "danger"}[s]
	return ui.ChipView{Kind: kind, Text: v.p.T("casework.change_state." + string(s))}
}

// replies lists the lead's replies, newest first, with both accounts and the attachments.
func (r *Room) replies(v visit, f *casework.File) []replyView {
	var out []replyView
	for _, o := range f.Orders {
		for _, rep := range o.Replies {
			one := replyView{
				Unit: r.City.Orgs.Short(o.Unit, v.p.Lang), At: v.p.Lang.Stamp(rep.At, v.now), Public: rep.Public, Internal: rep.Internal,
				WhyNot: rep.WhyNot, Next: rep.Next, Solved: v.p.T("frontline.solved." + solvedOf(rep)),
			}
			for i, a := range rep.Files {
				alt := v.p.T("frontline.file."+a.Purpose, "N", i+1)
				if strings.HasSuffix(a.Key, ".pdf") {
					continue
				}
				one.Photos = append(one.Photos, photo(f.Case.ID, a.Key, alt))
			}
			out = append(out, one)
		}
	}
	slices.Reverse(out)
	return out
}
