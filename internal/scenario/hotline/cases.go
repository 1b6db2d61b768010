package hotline

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/search"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
	"banyan/web/ui"
)

// casesForm is the address of the list: its state.
type casesForm struct {
	Q        string `form:"q" max:"100"`
	State    string `form:"state" max:"20"`
	District string `form:"district" max:"20"`
	Open     bool   `form:"open"`
	Overdue  bool   `form:"overdue"`
	Urgent   bool   `form:"urgent"`
	Flagged  bool   `form:"flagged"`
	After    string `form:"after" max:"2000"` // cursors of the pages so far, joined by commas
}

// casesView is the list of all cases.
type casesView struct {
	Form      casesForm
	Errors    []ui.FieldError
	Rows      ui.RowsView
	Pager     ui.PagerView
	States    ui.SelectView
	Districts ui.SelectView
	Export    string // query of the downloads, "" for a search by words
}

// export is the list as the exports filter it.
func (in casesForm) export() string {
	if strings.TrimSpace(in.Q) != "" {
		return ""
	}
	u := in.values()
	u.Del("district")
	if in.District != "" {
		u.Set("area", in.District)
	}
	u.Set("open", strconv.FormatBool(in.Open))
	return u.Encode()
}

// Cases searches by number and words, and lists by filters.
func (r *Room) CaseList(w http.ResponseWriter, q *http.Request) error {
	v, err := r.visit(q)
	if err != nil {
		return err
	}
	var in casesForm
	failed := web.Decode(q, &in)
	if failed != nil && !web.Again(failed) {
		return failed
	}
	if f, err := r.numbered(v, in.Q); in.Q != "" && err == nil {
		return web.Redirect(w, q, caseHref(f.Case.ID))
	}
	rows, more, err := r.found(v, in)
	if err != nil {
		return err
	}
	view := casesView{Form: in, Errors: r.errorsOf(v, failed), Pager: in.pager(rows, more), States: r.states(v, in), Districts: r.districts(v, in), Export: in.export()}
	view.Rows.Label = v.p.T("hotline.nav.cases")
	if view.Rows.Rows, err = r.rows(v, rows, "", func(row casework.Row) string { return caseHref(row.ID) }); err != nil {
		return err
	}
	frame, err := r.frame(v, v.p.T("hotline.nav.cases"), activeView(in))
	if err != nil {
		return err
	}
	return web.Show(w, q, failed, casesPage(frame, view))
}

func activeView(in casesForm) string {
	switch {
	case in.Overdue:
		return "overdue"
	case in.Urgent:
		return "urgent"
	case in.Flagged:
		return "flagged"
	}
	return "cases"
}

// found gives one page of rows, and whether there is another one.
func (r *Room) found(v visit, in casesForm) ([]casework.Row, bool, error) {
	if strings.TrimSpace(in.Q) != "" {
		rows, err := r.spoken(v, in)
		return rows, false, err
	}
	f := r.reach(v)
	if in.District != "" {
		f.District = in.District
	}
	f.Overdue, f.Urgent, f.Newest = in.Overdue, in.Urgent, !in.Overdue && !in.Open
	if in.State != "" {
		f.States = []casework.State{casework.State(in.State)}
	} else if in.Open {
		f.States = openStates()
	}
	f.After, f.Limit = in.cursor(), pageOf+1
	if in.Flagged {
		f.Limit = boardMost // flags are no column of the filter: read on until a page is full
	}
	var out []casework.Row
	for len(out) <= pageOf {
		rows, err := r.Cases.List(v.ctx, v.actor, f)
		if err != nil {
			return nil, false, err
		}
		for _, row := range rows {
			if !in.Flagged || row.Flagged {
				out = append(out, row)
			}
		}
		if len(rows) < f.Limit || !in.Flagged {
			break
		}
		f.After = cursorOf(rows[len(rows)-1], f.Newest)
	}
	return out[:min(len(out), pageOf)], len(out) > pageOf, nil
}

// spoken finds cases by the words of their requests, newest first.
func (r *Room) spoken(v visit, in casesForm) ([]casework.Row, error) {
	var ids []string
	err := r.DB.Read(v.ctx, func(tx *db.Tx) (err error) {
		ids, err = search.Find(tx, "request", in.Q, 2*pageOf, "")
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []casework.Row
	for _, id := range ids {
		f, err := r.Cases.OfRequest(v.ctx, id)
		if err != nil {
			return nil, err
		}
		row := rowOf(f)
		if len(out) < pageOf && in.wants(row, f.Case.District) && r.Policy.May(v.actor, access.CaseRead, resource(f)).Allow &&
			!slices.ContainsFunc(out, func(o casework.Row) bool { return o.ID == row.ID }) {
			out = append(out, row)
		}
	}
	return out, nil
}

func (in casesForm) wants(row casework.Row, district string) bool {
	return (in.State == "" || string(row.State) == in.State) && (in.District == "" || district == in.District) && (!in.Overdue || row.Overdue) &&
		(!in.Urgent || row.Urgent) && (!in.Flagged || row.Flagged) && (!in.Open || !row.State.Ended())
}

func (in casesForm) values() url.Values {
	u := url.Values{}
	for name, x := range map[string]string{"q": in.Q, "state": in.State, "district": in.District} {
		if x != "" {
			u.Set(name, x)
		}
	}
	for name, on := range map[string]bool{"open": in.Open, "overdue": in.Overdue, "urgent": in.Urgent, "flagged": in.Flagged} {
		if on {
			u.Set(name, "1")
		}
	}
	return u
}

// cursor is where the page begins; a broken one begins anew.
func (in casesForm) cursor() casework.Cursor {
	all := strings.Split(in.After, ",")
	at, id, ok := strings.Cut(all[len(all)-1], ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return casework.Cursor{}
	}
	return casework.Cursor{At: time.UnixMilli(ms), ID: id}
}

func cursorOf(row casework.Row, newest bool) casework.Cursor {
	if newest {
		return casework.Cursor{At: row.OpenedAt, ID: row.ID}
	}
	return casework.Cursor{At: row.DueAt, ID: row.ID}
}

// pager keeps the way back in the address.
func (in casesForm) pager(rows []casework.Row, more bool) ui.PagerView {
	href := func(after string) string {
		u := in.values()
		if after != "" {
			u.Set("after", after)
		}
		return "/desk/cases?" + u.Encode()
	}
	var p ui.PagerView
	if in.After != "" {
		p.Prev = href(in.After[:max(strings.LastIndex(in.After, ","), 0)])
	}
	if more {
		c := cursorOf(rows[len(rows)-1], !in.Overdue && !in.Open)
		ms := int64(0)
		if !c.At.IsZero() {
			ms = c.At.UnixMilli()
		}
		p.Next = href(strings.TrimPrefix(in.After+","+strconv.FormatInt(ms, 10)+"."+c.ID, ","))
	}
	return p
}

func (r *Room) states(v visit, in casesForm) ui.SelectView {
	s := ui.SelectView{Name: "state", Label: v.p.T("hotline.field.state"), Value: in.State, Empty: v.p.T("hotline.any"), Required: true}
	for _, st := range casework.CaseStates() {
		s.Options = append(s.Options, ui.Option{Value: string(st), Label: v.p.T("casework.state." + string(st))})
	}
	return s
}

func (r *Room) districts(v visit, in casesForm) ui.SelectView {
	s := ui.SelectView{Name: "district", Label: v.p.T("hotline.field.district"), Value: in.District, Empty: v.p.T("hotline.any"), Required: true}
	mine := r.reach(v)
	for _, a := range append(r.City.Areas.All(area.District), r.City.Areas.All(area.Zone)...) {
		if mine.District == "" || mine.District == a.Code {
			s.Options = append(s.Options, ui.Option{Value: a.Code, Label: a.Name.In(v.p.Lang)})
		}
	}
	return s
}
