package feed

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/i18n"
	"banyan/internal/platform/sheet"
	"banyan/internal/platform/web"
	"banyan/internal/register/access"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
)

// casesQuery narrows the table of cases; it has the filters of the case lists.
type casesQuery struct {
	Area    string `form:"area" max:"20" query:"area" maxLength:"20" example:"350102" doc:"Code of an area; without it the area of the post."`
	State   string `form:"state" max:"20" query:"state" maxLength:"20" doc:"A state of cases."`
	Kind    string `form:"kind" max:"40" query:"kind" maxLength:"40" doc:"Code of a kind, see /terms."`
	Unit    string `form:"unit" max:"60" query:"unit" maxLength:"60" doc:"The unit that leads."`
	Open    bool   `form:"open" query:"open" doc:"Only what has not ended."`
	Overdue bool   `form:"overdue" query:"overdue"`
	Urgent  bool   `form:"urgent" query:"urgent"`
	Flagged bool   `form:"flagged" query:"flagged"`
	From    string `form:"from" max:"10" query:"from" maxLength:"10" example:"2026-11-01" doc:"Opened on this day or later."`
	To      string `form:"to" max:"10" query:"to" maxLength:"10" example:"2026-11-30" doc:"Opened on this day or before."`
}

// filter is the query as an address writes it.
func (q casesQuery) filter() string {
	u := url.Values{}
	for name, value := range map[string]string{"area": q.Area, "state": q.State, "kind": q.Kind, "unit": q.Unit, "from": q.From, "to": q.To} {
		if value != "" {
			u.Set(name, value)
		}
	}
	for name, on := range map[string]bool{"open": q.Open, "overdue": q.Overdue, "urgent": q.Urgent, "flagged": q.Flagged} {
		if on {
			u.Set(name, "1")
		}
	}
	return u.Encode()
}

// span is the query's time: opened in [from, to); zero times are open.
func (q casesQuery) span() (from, to time.Time, err error) {
	var wrong fault.Fields
	day := func(field, text string) (at time.Time) {
		if text == "" {
			return at
		}
		at, err := time.ParseInLocation(time.DateOnly, text, clock.City)
		if err != nil || at.Year() < 2000 || at.Year() > 2200 {
			wrong = append(wrong, fault.Field(field, "feed.need.day"))
		}
		return at
	}
	if from, to = day("from", q.From), day("to", q.To); !to.IsZero() {
		to = to.AddDate(0, 0, 1)
	}
	if len(wrong) == 0 && !from.IsZero() && !to.IsZero() && !from.Before(to) {
		wrong = append(wrong, fault.Field("to", "feed.need.order"))
	}
	return from, to, wrong.OrNil()
}

// narrow is the case list's filter of a query for an actor, and the states to read one after the other: each is one
// indexed list. Without an area it is that of the post, or the post's own unit.
func (r *Room) narrow(actor access.Actor, q casesQuery) (f casework.Filter, states []casework.State, err error) {
	f = casework.Filter{Kind: q.Kind, Unit: q.Unit, Overdue: q.Overdue, Urgent: q.Urgent, Newest: true, Limit: 500}
	scope := access.ScopeOf(actor)
	if scope.Area == "" && scope.Unit != "" && q.Unit == "" {
		f.Unit = scope.Unit
	}
	code := q.Area
	if code == "" && scope.Area != "" {
		code = lastCode(scope.Area)
	}
	if err := r.place(&f, code); err != nil {
		return f, nil, err
	}
	if states = statesOf(q); len(states) == 0 {
		return f, nil, fault.Field("state", "feed.need.state")
	}
	return f, states, nil
}

func (r *Room) place(f *casework.Filter, code string) error {
	if code == "" {
		return nil
	}
	a, ok := r.City.Areas.Get(code)
	switch {
	case !ok:
		return fault.Field("area", "casework.need.known_area")
	case a.Kind == area.District || a.Kind == area.Zone:
		f.District = code
	case a.Kind == area.Subdistrict:
		f.Subdistrict = code
	case a.Kind == area.Community:
		f.Community = code
	}
	return nil
}

func lastCode(path string) string {
	codes := strings.Split(strings.Trim(path, "/"), "/")
	return codes[len(codes)-1]
}

// statesOf lists the states a query wants; an unknown one is of no case.
func statesOf(q casesQuery) (list []casework.State) {
	for _, s := range casework.CaseStates() {
		if (q.State == "" || string(s) == q.State) && (!q.Open || !s.Ended()) {
			list = append(list, s)
		}
	}
	return list
}

// caseRows reads the cases page by page: by state, newest first.
func (r *Room) caseRows(ctx context.Context, actor access.Actor, q casesQuery) iter.Seq2[[]casework.Row, error] {
	return func(yield func([]casework.Row, error) bool) {
		from, to, err := q.span()
		f, states, wrong := r.narrow(actor, q)
		if err == nil {
			err = wrong
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for _, s := range states {
			f.States, f.After = []casework.State{s}, casework.Cursor{}
			if !to.IsZero() {
				f.After = casework.Cursor{At: to, ID: "0"}
			}
			for more := true; more; {
				rows, err := r.Cases.List(ctx, actor, f)
				if more = len(rows) == f.Limit; more {
					f.After = f.At(rows[len(rows)-1])
				}
				kept := rows[:0]
				for _, row := range rows {
					if row.OpenedAt.Before(from) {
						more = false
						break
					}
					if row.Flagged || !q.Flagged {
						kept = append(kept, row)
					}
				}
				if !yield(kept, err) || err != nil {
					return
				}
			}
		}
	}
}

// cases is the table of cases: ids, states, places and times, nothing of a requester.
func (r *Room) cases(ctx context.Context, p web.Page, actor access.Actor, q casesQuery) table {
	t := table{what: "cases", title: p.T("feed.cases"), filter: q.filter()}
	for _, c := range caseColumns() {
		t.columns = append(t.columns, sheet.Column{Title: p.T("feed.column." + c.name), Width: c.width})
	}
	t.rows = func(yield func([]sheet.Cell, error) bool) {
		for rows, err := range r.caseRows(ctx, actor, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			ratings, err := r.Rate.Lowest(ctx, ids(rows))
			if err != nil {
				yield(nil, err)
				return
			}
			for _, row := range rows {
				if !yield(r.caseCells(p, row, int(ratings[row.ID])), nil) {
					return
				}
			}
		}
	}
	return t
}

func ids(rows []casework.Row) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row.ID
	}
	return out
}

type caseColumn struct {
	name  string
	width int
}

func caseColumns() []caseColumn {
	return []caseColumn{
		{"number", 18}, {"kind", 10}, {"channel", 10}, {"state", 10}, {"district", 10}, {"place", 28}, {"duty", 26}, {"lead", 20},
		{"requests", 8}, {"urgent", 6}, {"flagged", 8}, {"published", 8}, {"opened", 19}, {"due", 19}, {"provisional", 10}, {"overdue", 8},
		{"changed", 19}, {"closed", 19}, {"rating", 12}, {"id", 28},
	}
}

func (r *Room) caseCells(p web.Page, c casework.Row, rating int) []sheet.Cell {
	yes := func(on bool) sheet.Cell {
		if on {
			return sheet.Text(p.T("feed.yes"))
		}
		return sheet.Cell{}
	}
	level := sheet.Cell{}
	if rating > 0 {
		level = sheet.Text(p.T(fmt.Sprintf("rate.level.%d", rating)))
	}
	areas, name := r.City.Areas, func(code string, of func(string, i18n.Lang) string) sheet.Cell {
		if code == "" {
			return sheet.Cell{}
		}
		return sheet.Text(of(code, p.Lang))
	}
	return []sheet.Cell{
		sheet.Text(c.Number), name(c.Kind, r.City.Duties.KindName), name(c.Channel, r.City.Duties.ChannelName), sheet.Text(p.T("casework.state." + string(c.State))),
		name(areas.District(c.Area), areas.Name), name(c.Area, areas.FullName), name(c.Duty, r.City.Duties.Name), name(c.Lead, r.City.Orgs.Short),
		sheet.Int(c.Requests), yes(c.Urgent), yes(c.Flagged), yes(c.Published), sheet.At(c.OpenedAt), sheet.At(c.DueAt), yes(c.Provisional), yes(c.Overdue),
		sheet.At(c.ChangedAt), sheet.At(c.ClosedAt), level, sheet.Text(c.ID),
	}
}
