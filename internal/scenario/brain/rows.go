package brain

import (
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// headlines gives the redacted headline of each case's first request by the
// case's number.
func (r *Room) headlines(v visit, list []casework.Row) (map[string]string, error) {
	numbers := make([]string, len(list))
	for i, row := range list {
		numbers[i] = row.Number
	}
	return r.headlinesOf(v, numbers)
}

// headlinesOf gives headlines by number. A number without a request keeps
// itself as its title.
func (r *Room) headlinesOf(v visit, numbers []string) (map[string]string, error) {
	heads := make(map[string]string, len(numbers))
	err := r.DB.Read(v.ctx, func(tx *db.Tx) error {
		for _, n := range numbers {
			h, err := r.Requests.ByNumber(tx, n)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			if heads[n] = h.Text; h.Text == "" {
				heads[n] = n
			}
		}
		return nil
	})
	return heads, err
}

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
