package frontline

import (
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// orderRows draws orders with their cases' headlines.
func (r *Room) orderRows(v visit, list []casework.Row) ([]ui.Row, error) {
	heads, err := r.Requests.Titles(v.ctx, casework.Numbers(list))
	if err != nil {
		return nil, err
	}
	rows := make([]ui.Row, len(list))
	for i, row := range list {
		rows[i] = r.row(v, row, heads[row.Number])
		rows[i].Href = orderHref(row.ID, row.Order, "")
		rows[i].ID = row.Order
		state := orderChip(v, row.OrderState)
		rows[i].Sub = v.p.T("casework.role."+string(row.Role)) + " · " + state.Text + " · " + rows[i].Sub
		if row.OrderState == casework.Offered || row.OrderState == casework.Disputed {
			rows[i].Chips = append(rows[i].Chips, state)
		}
	}
	return rows, nil
}

// caseRows draws cases with their headlines.
func (r *Room) caseRows(v visit, list []casework.Row) ([]ui.Row, error) {
	heads, err := r.Requests.Titles(v.ctx, casework.Numbers(list))
	if err != nil {
		return nil, err
	}
	rows := make([]ui.Row, len(list))
	for i, row := range list {
		rows[i] = r.row(v, row, heads[row.Number])
		rows[i].Href, rows[i].ID = "/cases/"+row.ID, row.ID
		state := caseChip(v, row.State)
		if row.Lead != "" {
			rows[i].Sub = r.City.Orgs.Short(row.Lead, v.p.Lang) + " · " + rows[i].Sub
		}
		rows[i].Sub = state.Text + " · " + rows[i].Sub
		if state.Kind == "danger" {
			rows[i].Chips = append(rows[i].Chips, state)
		}
	}
	return rows, nil
}

// row is what orders and cases show alike.
func (r *Room) row(v visit, row casework.Row, title string) ui.Row {
	out := ui.Row{Title: title, Sub: r.City.Areas.FullName(row.Area, v.p.Lang) + " · " + row.Number}
	if row.Duty != "" {
		out.Sub = r.City.Areas.FullName(row.Area, v.p.Lang) + " · " + r.City.Duties.Name(row.Duty, v.p.Lang) + " · " + row.Number
	}
	if row.Urgent {
		out.Chips = append(out.Chips, ui.ChipView{Kind: "danger", Text: v.p.T("frontline.urgent")})
	}
	if !row.DueAt.IsZero() && !row.State.Ended() {
		due := ui.Due(v.p, row.DueAt, v.now, row.Provisional)
		out.Due = &due
	}
	return out
}

func orderChip(v visit, s casework.State) ui.ChipView {
	kind := ""
	switch s {
	case casework.Offered:
		kind = "warn"
	case casework.Signed, casework.Working:
		kind = "info"
	case casework.Disputed, casework.Returned:
		kind = "danger"
	case casework.Replied, casework.Accepted:
		kind = "ok"
	}
	return ui.ChipView{Kind: kind, Text: v.p.T("casework.order_state." + string(s))}
}

func caseChip(v visit, s casework.State) ui.ChipView {
	kind := "info"
	switch s {
	case casework.Contested, casework.Overseen:
		kind = "danger"
	case casework.Closed, casework.Answered, casework.Replied:
		kind = "ok"
	case casework.Declined, casework.Merged:
		kind = ""
	}
	return ui.ChipView{Kind: kind, Text: v.p.T("casework.state." + string(s))}
}

func orderHref(caseID, order, act string) string {
	if act != "" {
		act = "/" + act
	}
	return "/work/orders/" + order + act + "?case=" + caseID
}
