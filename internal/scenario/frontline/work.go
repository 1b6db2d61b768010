package frontline

import (
	"net/http"
	"slices"
	"strconv"

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
