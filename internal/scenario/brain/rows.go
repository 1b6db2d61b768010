package brain

import (
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// row draws one case of a list.
func (r *Room) row(v visit, c casework.Row, title string) ui.Row {
	out := ui.Row{ID: c.ID, Href: "/cases/" + c.ID, Title: title, Sub: r.City.Areas.FullName(c.Area, v.p.Lang)}
	if c.Duty != "" {
		out.Sub += " · " + r.City.Duties.Name(c.Duty, v.p.Lang)
	}
	if c.Lead != "" {
		out.Sub += " · " + r.City.Orgs.Short(c.Lead, v.p.Lang)
	}
	if title != c.Number {
		out.Sub += " · " + c.Number
	}
	if c.Urgent {
		out.Chips = append(out.Chips, ui.ChipView{Kind: "danger", Text: v.p.T("brain.urgent")})
	}
	out.Chips = append(out.Chips, caseChip(v, c.State))
	if !c.DueAt.IsZero() && !c.State.Ended() {
		due := ui.Due(v.p, c.DueAt, v.now, c.Provisional)
		out.Due = &due
	}
	return out
}
