package brain

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// pageLong is how many cases one page of a list shows.
const pageLong = 50

// lists are the lists behind the screen's numbers.
func lists() []string { return []string{"open", "risk", "overdue", "today", "calls"} }

// casesQuery is the list's state in its address.
type casesQuery struct {
	List  string `form:"list" max:"10"`
	Area  string `form:"area" max:"20"`
	After string `form:"after" max:"60"`
}

// List shows the cases that a number of the screen counted.
func (r *Room) List(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in casesQuery
	if err := web.Decode(q, &in); err != nil {
		return err
	}
	if !slices.Contains(lists(), in.List) {
		in.List = "open"
	}
	if in.Area == "" || r.City.Areas.Within(v.home(), in.Area) {
		in.Area = v.home() // never wider than the reader's own area
	}
	found, more, err := r.find(v, in)
	if err != nil {
		return err
	}
	heads, err := r.Requests.Titles(v.ctx, casework.Numbers(found))
	if err != nil {
		return err
	}
	view := casesView{Desk: r.desk(v, v.p.T("brain.list."+in.List)+" · "+r.City.Areas.Name(in.Area, v.p.Lang), "cases"), Tabs: caseTabs(v, in), Export: exportOf(v, in)}
	for _, row := range found {
		view.Rows = append(view.Rows, r.row(v, row, heads[row.Number]))
	}
	if more != "" {
		view.Pager.Next = casesHref(in.List, in.Area, more)
	}
	if in.After != "" {
		view.Pager.Prev = casesHref(in.List, in.Area, "")
	}
	return web.Render(w, q, http.StatusOK, casesPage(view))
}

type casesView struct {
	Desk  ui.DeskView
	Tabs  ui.TabsView
	Rows  []ui.Row
	Pager ui.PagerView

	Export string // query of the downloads, "" for a list that has none
}

// exportOf is the list as the exports filter it.
func exportOf(v visit, in casesQuery) string {
	q := url.Values{"area": {in.Area}}
	switch in.List {
	case "open":
		q.Set("open", "1")
	case "overdue":
		q.Set("open", "1")
		q.Set("overdue", "1")
	case "today":
		q.Set("from", v.now.In(clock.City).Format(time.DateOnly))
	default:
		return ""
	}
	return q.Encode()
}

func caseTabs(v visit, in casesQuery) ui.TabsView {
	t := ui.TabsView{Label: v.p.T("brain.nav.cases"), Pills: true}
	for _, list := range lists() {
		t.Tabs = append(t.Tabs, ui.Tab{Label: v.p.T("brain.list." + list), Href: casesHref(list, in.Area, ""), Active: list == in.List})
	}
	return t
}

func casesHref(list, code, after string) string {
	q := url.Values{"list": {list}, "area": {code}}
	if after != "" {
		q.Set("after", after)
	}
	return "/brain/cases?" + q.Encode()
}

// find gives one page of a list and the cursor of the next, "" when it is the
// last.
func (r *Room) find(v visit, in casesQuery) (rows []casework.Row, more string, err error) {
	f := casework.Filter{Limit: pageLong, States: openStates(), After: cursor(in.After)}
	a, ok := r.City.Areas.Get(in.Area)
	switch {
	case !ok:
		return nil, "", fault.New(fault.NotFound, "brain.no_area")
	case a.Kind == area.District || a.Kind == area.Zone:
		f.District = a.Code
	case a.Kind != area.City:
		f.Subdistrict = r.City.Areas.Subdistrict(a.Code)
	}
	keep := func(casework.Row) bool { return true }
	switch in.List {
	case "calls":
		rows, err = r.Cases.OpenCalls(v.ctx, v.actor, r.City.Areas.District(a.Code), callsMost)
		return slices.DeleteFunc(rows, func(c casework.Row) bool { return !r.City.Areas.Within(c.Area, a.Code) }), "", err
	case "today":
		f.States, f.Newest = nil, true
		keep = func(c casework.Row) bool { return !c.OpenedAt.Before(midnight(v.now)) }
	case "overdue":
		f.Overdue = true
	case "risk":
		if f.After.ID == "" {
			f.After = casework.Cursor{At: v.now, ID: "0"} // what is due from now on
		}
		keep = func(c casework.Row) bool { return c.DueAt.Before(v.now.Add(soon)) }
	}
	if rows, err = r.Cases.List(v.ctx, v.actor, f); err != nil {
		return nil, "", err
	}
	if end := slices.IndexFunc(rows, func(c casework.Row) bool { return !keep(c) }); end >= 0 {
		rows = rows[:end]
	} else if len(rows) == pageLong {
		last := rows[len(rows)-1]
		at := last.DueAt
		if f.Newest {
			at = last.OpenedAt
		}
		more = strconv.FormatInt(clock.Ms(at), 10) + "." + last.ID
	}
	if in.List == "risk" {
		rows = slices.DeleteFunc(rows, func(c casework.Row) bool { return c.Overdue })
	}
	return rows, more, nil
}

// cursor reads a place in a list; a forged one is the list's beginning.
func cursor(text string) casework.Cursor {
	ms, id, ok := strings.Cut(text, ".")
	at, err := strconv.ParseInt(ms, 10, 64)
	if !ok || err != nil || id == "" {
		return casework.Cursor{}
	}
	return casework.Cursor{At: clock.FromMs(at), ID: id}
}
