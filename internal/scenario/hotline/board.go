package hotline

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"banyan/internal/platform/web"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// The boards, as their paths call them.
const (
	boardQueue     = "queue"
	boardChanges   = "changes"
	boardRulings   = "rulings"
	boardFollowUp  = "followup"
	boardContested = "contested"
)

// boardMost bounds a board; what does not fit waits behind the soonest due.
const boardMost = 500

// Queue shows the cases that wait for dispatch, soonest due first.
func (r *Room) Queue(w http.ResponseWriter, q *http.Request) error { return r.serve(w, q, boardQueue) }

// Changes shows what units ask for: extensions, parking, returns, out of scope.
func (r *Room) Changes(w http.ResponseWriter, q *http.Request) error {
	return r.serve(w, q, boardChanges)
}

// Rulings shows the disputes that wait for a ruling.
func (r *Room) Rulings(w http.ResponseWriter, q *http.Request) error {
	return r.serve(w, q, boardRulings)
}

// FollowUps shows the replied cases whose requesters are to be asked.
func (r *Room) FollowUps(w http.ResponseWriter, q *http.Request) error {
	return r.serve(w, q, boardFollowUp)
}

// Contested shows the cases whose requesters said no.
func (r *Room) Contested(w http.ResponseWriter, q *http.Request) error {
	return r.serve(w, q, boardContested)
}

// board is one board's list and what is chosen in it.
type board struct {
	name  string
	query url.Values // channel, case, act, did: the address is the state
	all   []casework.Row
	shown []casework.Row
}

func (r *Room) serve(w http.ResponseWriter, q *http.Request, name string) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	b, err := r.board(v, name, q.URL.Query())
	if err != nil {
		return err
	}
	return r.show(w, q, v, b, b.query.Get("case"), form{Act: b.query.Get("act")}, nil)
}

// board loads a list.
func (r *Room) board(v visit, name string, query url.Values) (board, error) {
	b := board{name: name, query: query}
	f := r.reach(v)
	f.Limit = boardMost
	var err error
	switch name {
	case boardChanges, boardRulings:
		var open []casework.Row
		open, err = r.Cases.OpenChanges(v.ctx, v.actor, f.District, boardMost)
		b.all = ofKind(open, name == boardRulings)
	case boardFollowUp:
		f.States = []casework.State{casework.Replied, casework.FollowingUp}
		b.all, err = r.Cases.List(v.ctx, v.actor, f)
	case boardContested:
		f.States = []casework.State{casework.Contested, casework.Overseen}
		b.all, err = r.Cases.List(v.ctx, v.actor, f)
	default:
		f.States = []casework.State{casework.Received}
		b.all, err = r.Cases.List(v.ctx, v.actor, f)
	}
	b.shown = slices.Clone(b.all)
	b.shown = slices.DeleteFunc(b.shown, func(row casework.Row) bool {
		ch := query.Get("channel")
		return ch != "" && row.Channel != ch || query.Get("urgent") != "" && !row.Urgent
	})
	return b, err
}

// href is the board's address with a case and a form open in it; the filters stay.
func (b board) href(id, act string) string {
	u := b.keep()
	if id != "" {
		u.Set("case", id)
	}
	if act != "" {
		u.Set("act", act)
	}
	if len(u) == 0 {
		return "/desk/" + b.name
	}
	return "/desk/" + b.name + "?" + u.Encode()
}

// keep is the part of the query that filters.
func (b board) keep() url.Values {
	u := url.Values{}
	for _, name := range []string{"channel", "urgent"} {
		if x := b.query.Get(name); x != "" {
			u.Set(name, x)
		}
	}
	return u
}

// boards are the names a form may come from; "" is the case's own page.
func boards() []string {
	return []string{"", boardQueue, boardChanges, boardRulings, boardFollowUp, boardContested}
}

// next is the case to go to after this one: the one below it, else the one above.
func (b board) next(id string) string {
	i := slices.IndexFunc(b.shown, func(row casework.Row) bool { return row.ID == id })
	switch {
	case i >= 0 && i+1 < len(b.shown):
		return b.shown[i+1].ID
	case i > 0:
		return b.shown[i-1].ID
	case i < 0 && len(b.shown) > 0:
		return b.shown[0].ID
	}
	return ""
}

// list draws the left side.
func (r *Room) list(v visit, b board, open string) (listView, error) {
	rows, err := r.rows(v, b.shown, open, func(row casework.Row) string { return b.href(row.ID, "") })
	if err != nil {
		return listView{}, err
	}
	return listView{
		Rows: ui.RowsView{Label: v.p.T("hotline.nav." + b.name), Rows: rows}, Pills: r.pills(v, b), Self: b.href(open, ""), Live: b.live(),
		Sort: v.p.T("hotline.sort." + b.name), Empty: v.p.T("hotline.empty." + b.name), More: len(b.all) == boardMost,
	}, nil
}

// live are the topics that tell an open board to look again.
func (b board) live() string {
	switch b.name {
	case boardQueue:
		return "queue:received"
	case boardFollowUp:
		return "queue:replied queue:following_up"
	case boardContested:
		return "queue:contested queue:overseen"
	}
	return "queue:dispatched queue:working"
}

// pills are the channels with their counts, the queue's views.
func (r *Room) pills(v visit, b board) ui.TabsView {
	count, urgent := map[string]int{}, 0
	for _, row := range b.all {
		count[row.Channel]++
		if row.Urgent {
			urgent++
		}
	}
	tab := func(label, name, value string, n int) ui.Tab {
		u := url.Values{}
		if name != "" {
			u.Set(name, value)
		}
		href := "/desk/" + b.name
		if len(u) > 0 {
			href += "?" + u.Encode()
		}
		on := name != "" && b.query.Get(name) == value || name == "" && b.query.Get("channel") == "" && b.query.Get("urgent") == ""
		return ui.Tab{Label: label, Href: href, Count: strconv.Itoa(n), Active: on}
	}
	tabs := []ui.Tab{tab(v.p.T("hotline.all"), "", "", len(b.all))}
	if urgent > 0 {
		tabs = append(tabs, tab(v.p.T("hotline.urgent"), "urgent", "1", urgent))
	}
	for _, c := range r.City.Duties.Channels() {
		if n := count[c.Code]; n > 0 {
			tabs = append(tabs, tab(c.Name.In(v.p.Lang), "channel", c.Code, n))
		}
	}
	return ui.TabsView{Label: v.p.T("hotline.views"), Pills: true, Tabs: tabs}
}

// show draws a board with the case id open in it; typed and failed are a
// refused form that is shown again.
func (r *Room) show(w http.ResponseWriter, q *http.Request, v visit, b board, id string, typed form, failed error) error {
	frame, err := r.frame(v, v.p.T("hotline.nav."+b.name), b.name)
	if err != nil {
		return err
	}
	list, err := r.list(v, b, id)
	if err != nil {
		return err
	}
	if list.Did, err = r.did(v, b.query); err != nil {
		return err
	}
	frame.Page.Live = commas(b.live())
	if id == "" {
		return web.Show(w, q, failed, boardPage(frame, list, nil))
	}
	d, err := r.detail(v, b, id, typed, failed)
	if err != nil {
		return err
	}
	if typed.Shown != nil {
		w.Header().Set("Cache-Control", "no-store")
	}
	return web.Show(w, q, failed, boardPage(frame, list, &d))
}

// did says what the reader has just done, with a link to the case.
func (r *Room) did(v visit, query url.Values) (*ui.LinkRow, error) {
	id, act := query.Get("did"), query.Get("was")
	if id == "" || acts()[act].do == nil {
		return nil, nil
	}
	f, err := r.Cases.Get(v.ctx, v.actor, id)
	if err != nil {
		return nil, nil // an address with a case that is not the reader's says nothing
	}
	return &ui.LinkRow{Title: v.p.T("hotline.did."+act, "Number", f.Case.Number), Href: caseHref(id), Text: v.p.T("hotline.open_case")}, nil
}

func caseHref(id string) string { return "/desk/cases/" + id }

// commas turns topics between blanks into those of a live connection.
func commas(topics string) string { return strings.ReplaceAll(topics, " ", ",") }
