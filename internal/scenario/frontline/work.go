package frontline

import (
	"net/http"
	"slices"
	"strconv"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// ordersMost bounds the lists of one unit.
const ordersMost = 200

// Work shows the orders of the reader's unit: owed, to sign, overdue, done.
func (r *Room) Work(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	view := q.URL.Query().Get("view")
	if !slices.Contains([]string{"", "sign", "overdue", "done"}, view) {
		view = ""
	}
	owed, err := r.Cases.OrdersOf(v.ctx, v.actor, v.actor.Unit, true, ordersMost)
	if err != nil {
		return err
	}
	list := pick(v, owed, view)
	if view == "done" {
		if list, err = r.Cases.OrdersOf(v.ctx, v.actor, v.actor.Unit, false, ordersMost); err != nil {
			return err
		}
	}
	rows, err := r.orderRows(v, list)
	if err != nil {
		return err
	}
	page := workView{Desk: r.desk(v, v.p.T("frontline.work.title"), activeOf(view)), Who: r.who(v), Tabs: workTabs(v, owed, view), Rows: rows, View: view}
	page.Desk.Keys = rowKeys(v)
	return web.Render(w, q, http.StatusOK, workPage(page))
}

func activeOf(view string) string {
	if view == "done" {
		return navDone
	}
	return navWork
}

// late tells whether a row's order has passed its time.
func late(v visit, row casework.Row) bool {
	return row.Overdue || !row.DueAt.IsZero() && row.DueAt.Before(v.now)
}

// pick gives the rows of a view; what is overdue stands first.
func pick(v visit, rows []casework.Row, view string) []casework.Row {
	var first, then []casework.Row
	for _, row := range rows {
		switch {
		case view == "sign" && row.OrderState != casework.Offered, view == "overdue" && !late(v, row):
		case late(v, row):
			first = append(first, row)
		default:
			then = append(then, row)
		}
	}
	return append(first, then...)
}

func workTabs(v visit, owed []casework.Row, view string) ui.TabsView {
	tab := func(name, key, href string, n int) ui.Tab {
		return ui.Tab{Label: v.p.T(key), Href: href, Count: count(v, n), Active: name == view}
	}
	done := ui.Tab{Label: v.p.T("frontline.work.done"), Href: "/work?view=done", Active: view == "done"}
	return ui.TabsView{Label: v.p.T("frontline.work.title"), Pills: true, Tabs: []ui.Tab{
		tab("", "frontline.work.owed", "/work", len(owed)),
		tab("sign", "frontline.work.sign", "/work?view=sign", len(pick(v, owed, "sign"))),
		tab("overdue", "frontline.work.overdue", "/work?view=overdue", len(pick(v, owed, "overdue"))),
		done,
	}}
}

func count(v visit, n int) string {
	if n >= ordersMost {
		return strconv.Itoa(ordersMost) + "+"
	}
	return v.p.Lang.Number(n)
}

// orderRows draws orders with their cases' headlines.
func (r *Room) orderRows(v visit, list []casework.Row) ([]ui.Row, error) {
	heads, err := r.headlines(v, list)
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
	heads, err := r.headlines(v, list)
	if err != nil {
		return nil, err
	}
	rows := make([]ui.Row, len(list))
	for i, row := range list {
		rows[i] = r.row(v, row, heads[row.Number])
		rows[i].Href, rows[i].ID = "/cases/"+row.ID, row.ID
		state := caseChip(v, row.State)
		if row.Lead != "" {
			rows[i].Sub = r.unitName(v, row.Lead) + " · " + rows[i].Sub
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
	if title == "" {
		title = row.Number
	}
	out := ui.Row{Title: title, Sub: r.place(v, row.Area) + " · " + row.Number}
	if row.Duty != "" {
		out.Sub = r.place(v, row.Area) + " · " + r.dutyName(v, row.Duty) + " · " + row.Number
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

// headlines gives the redacted headline of each case's first request by its number.
func (r *Room) headlines(v visit, list []casework.Row) (map[string]string, error) {
	heads := make(map[string]string, len(list))
	err := r.DB.Read(v.ctx, func(tx *db.Tx) error {
		for _, row := range list {
			h, err := r.Requests.ByNumber(tx, row.Number)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			heads[row.Number] = h.Text
		}
		return nil
	})
	return heads, err
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
