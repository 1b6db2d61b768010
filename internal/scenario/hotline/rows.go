package hotline

import (
	"strings"

	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// pageOf is how many rows one page of a list has.
const pageOf = 50

// reach is the part of the city a post reaches, as a filter of lists.
func (r *Room) reach(v visit) casework.Filter {
	codes := strings.Split(strings.Trim(v.actor.Area, "/"), "/")
	a, _ := r.City.Areas.Get(codes[len(codes)-1])
	switch a.Kind {
	case area.District, area.Zone:
		return casework.Filter{District: a.Code}
	case area.City:
		return casework.Filter{}
	}
	return casework.Filter{District: r.City.Areas.District(a.Code), Subdistrict: a.Code}
}

// rows draws cases with their headlines; href makes the link of each.
func (r *Room) rows(v visit, list []casework.Row, open string, href func(casework.Row) string) ([]ui.Row, error) {
	heads, err := r.Requests.Titles(v.ctx, casework.Numbers(list))
	if err != nil {
		return nil, err
	}
	out := make([]ui.Row, len(list))
	for i, row := range list {
		out[i] = r.row(v, row, heads[row.Number])
		out[i].Href, out[i].Selected = href(row), row.ID == open
	}
	return out, nil
}

// row is one case in a list: headline, place, kind, channel, due time and marks.
func (r *Room) row(v visit, row casework.Row, title string) ui.Row {
	if title == "" {
		title = row.Number
	}
	out := ui.Row{ID: row.ID, Title: title}
	parts := []string{r.place(v, row.Area), r.City.Duties.KindName(row.Kind, v.p.Lang), r.City.Duties.ChannelName(row.Channel, v.p.Lang), v.p.Lang.Stamp(row.OpenedAt, v.now)}
	if row.Requests > 1 {
		parts = append(parts, v.p.T("hotline.people", "N", row.Requests))
	}
	if row.Lead != "" {
		parts = append(parts, r.City.Orgs.Short(row.Lead, v.p.Lang))
	}
	out.Sub = strings.Join(parts, " · ")
	chip := func(kind, text string) { out.Chips = append(out.Chips, ui.ChipView{Kind: kind, Text: text}) }
	if row.Urgent {
		chip("danger", v.p.T("hotline.urgent"))
	}
	if row.Flagged {
		chip("warn", v.p.T("hotline.flagged"))
	}
	if row.OrderState == casework.State(casework.Asked) {
		chip("warn", v.p.T("casework.change."+string(row.Role)))
	} else if row.State != casework.Received {
		c := stateChip(v, row.State)
		chip(c.Kind, c.Text)
	}
	if !row.DueAt.IsZero() && !row.State.Ended() {
		due := ui.Due(v.p, row.DueAt, v.now, row.Provisional)
		out.Due = &due
	}
	return out
}

func stateChip(v visit, s casework.State) ui.ChipView {
	kind := "info"
	switch s {
	case casework.Contested, casework.Overseen:
		kind = "danger"
	case casework.Closed, casework.Answered, casework.Replied:
		kind = "ok"
	case casework.Declined, casework.Merged, casework.Received:
		kind = ""
	}
	return ui.ChipView{Kind: kind, Text: v.p.T("casework.state." + string(s))}
}

// ofKind splits undecided changes into disputes, which are ruled, and the rest,
// which is decided. In a list of changes the role of a row is the change's kind.
func ofKind(list []casework.Row, disputes bool) []casework.Row {
	var out []casework.Row
	for _, row := range list {
		if (string(row.Role) == string(casework.Dispute)) == disputes {
			out = append(out, row)
		}
	}
	return out
}

// rowOf makes a list's row from a whole file, for cases found by search.
func rowOf(f *casework.File) casework.Row {
	c := f.Case
	row := casework.Row{
		ID: c.ID, Number: c.Number, State: c.State, Kind: c.Kind, Channel: c.Channel, Duty: c.Duty, Lead: c.Lead, Area: c.Area,
		Urgent: c.Urgent, Flagged: len(c.Flags) > 0, Published: c.Published, Requests: len(f.Requests()), OpenedAt: c.OpenedAt, ClosedAt: c.ClosedAt,
	}
	for _, k := range f.Clocks {
		if k.Live() && (row.DueAt.IsZero() || k.DueAt.Before(row.DueAt)) {
			row.DueAt, row.Provisional = k.DueAt, k.Provisional
		}
		row.Overdue = row.Overdue || k.Live() && k.State == casework.ClockBreached
	}
	return row
}
