package api

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/register/access"
	"banyan/internal/register/apikey"
	"banyan/internal/register/area"
	"banyan/internal/work/casework"
)

// cases adds reading of cases.
func (r *Room) cases(a *openapi.API) {
	get := func(id, path, summary, more string) openapi.Op {
		return openapi.Op{ID: id, Method: http.MethodGet, Path: path, Tag: onCases, Scope: apikey.CasesRead, Summary: summary, More: more}
	}
	openapi.Add(a, get("list-cases", "/cases", "List and search cases",
		"In the reach of the key's post unless a narrower area or a unit is named. With `q` or `number` the other filters and the order do not count. "+
			"`q` looks at what requesters said and needs the scope words.read too; it finds cases whose words the post may read."), r.list)
	openapi.Add(a, get("get-case", "/cases/{id}", "Get a case", "Everything of it but what requesters said."), r.get)
	openapi.Add(a, get("get-case-timeline", "/cases/{id}/timeline", "Get what happened to a case, oldest first", ""), r.timeline)
	openapi.Add(a, get("list-orders", "/orders", "List the orders of a unit",
		"What is owed comes soonest due first, what has ended newest first."), r.orders)
}

// line is a case in a list.
type line struct {
	ID          string    `json:"id"`
	Number      string    `json:"number"`
	Title       string    `json:"title,omitempty" doc:"Redacted headline, when asked for."`
	State       string    `json:"state" enum:"received,answered,declined,dispatched,working,replied,following_up,contested,overseen,closed,merged"`
	Kind        string    `json:"kind"`
	Channel     string    `json:"channel,omitempty"`
	Duty        string    `json:"duty,omitempty"`
	Lead        string    `json:"lead,omitempty"`
	Area        string    `json:"area"`
	Urgent      bool      `json:"urgent,omitempty"`
	Flagged     bool      `json:"flagged,omitempty"`
	Published   bool      `json:"published,omitempty"`
	Overdue     bool      `json:"overdue,omitempty"`
	Provisional bool      `json:"provisional,omitempty" doc:"Due falls in a year whose calendar is not out yet."`
	Requests    int       `json:"requests"`
	OpenedAt    time.Time `json:"opened_at"`
	DueAt       time.Time `json:"due_at,omitzero"`
	ChangedAt   time.Time `json:"changed_at"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
	Order       string    `json:"order,omitempty" doc:"In a list of orders: the unit's order."`
	Role        string    `json:"role,omitempty" enum:"lead,assisting,called"`
	OrderState  string    `json:"order_state,omitempty" enum:"offered,signed,working,replied,accepted,returned,disputed,withdrawn"`
}

func lineOf(x casework.Row) line {
	return line{
		ID: x.ID, Number: x.Number, State: string(x.State), Kind: x.Kind, Channel: x.Channel, Duty: x.Duty, Lead: x.Lead, Area: x.Area, Urgent: x.Urgent,
		Flagged: x.Flagged, Published: x.Published, Overdue: x.Overdue, Provisional: x.Provisional, Requests: x.Requests, OpenedAt: x.OpenedAt,
		DueAt: x.DueAt, ChangedAt: x.ChangedAt, ClosedAt: x.ClosedAt, Order: x.Order, Role: string(x.Role), OrderState: string(x.OrderState),
	}
}

type casePage struct {
	Cases []line `json:"cases" nullable:"false"`
	More
}

type casePageOut struct {
	Link string `header:"Link"`
	Body casePage
}

type listIn struct {
	Paging
	Q           string   `query:"q" maxLength:"100" doc:"Words of a request; finds the newest first. Needs the scope words.read."`
	Number      string   `query:"number" maxLength:"40" doc:"Number of a request: finds the case it belongs to."`
	State       []string `query:"state" maxItems:"11" enum:"received,answered,declined,dispatched,working,replied,following_up,contested,overseen,closed,merged"`
	Unit        string   `query:"unit" maxLength:"40" doc:"Lead unit."`
	District    string   `query:"district" maxLength:"20"`
	Subdistrict string   `query:"subdistrict" maxLength:"20"`
	Community   string   `query:"community" maxLength:"20"`
	Kind        string   `query:"kind" maxLength:"40"`
	Overdue     bool     `query:"overdue"`
	Urgent      bool     `query:"urgent"`
	Published   bool     `query:"published"`
	Sort        string   `query:"sort" enum:"due,newest,changed" default:"due" doc:"due: open cases, unless states are named; changed: published cases alone."`
	Titles      bool     `query:"titles" doc:"With redacted headlines."`
}

func (r *Room) list(ctx context.Context, in *listIn) (*casePageOut, error) {
	rows, cursor, err := r.rows(ctx, in)
	if err != nil {
		return nil, err
	}
	return r.page(ctx, rows, cursor, in.Titles)
}

func (r *Room) rows(ctx context.Context, in *listIn) ([]casework.Row, string, error) {
	switch {
	case in.Number != "":
		return r.numbered(ctx, in.Number)
	case strings.TrimSpace(in.Q) != "":
		return r.spoken(ctx, in)
	}
	actor := r.Actor(ctx)
	f := r.reach(actor, casework.Filter{
		Unit: in.Unit, District: in.District, Subdistrict: in.Subdistrict, Community: in.Community, Kind: in.Kind, Overdue: in.Overdue, Urgent: in.Urgent,
		Published: in.Published, Newest: in.Sort != "due" || in.Published,
	})
	for _, s := range in.State {
		f.States = append(f.States, casework.State(s))
	}
	name := "due"
	if f.Newest {
		name = "newest"
	}
	if f.Published {
		name = "changed"
	}
	at, err := placeOf(name, in.After)
	if err != nil {
		return nil, "", err
	}
	f.After, f.Limit = casework.Cursor{At: at.at, ID: at.id}, min(in.Limit+1, 500)
	rows, err := r.Cases.List(ctx, actor, f)
	if err != nil || len(rows) < f.Limit {
		return rows, "", err
	}
	rows = rows[:f.Limit-1]
	last := f.At(rows[len(rows)-1])
	return rows, place{list: name, at: last.At, id: last.ID}.cursor(), nil
}

// reach narrows a list that names no place and no unit to what the post may see.
func (r *Room) reach(actor access.Actor, f casework.Filter) casework.Filter {
	if f.Unit+f.District+f.Subdistrict+f.Community != "" {
		return f
	}
	if access.ScopeOf(actor).Area == "" {
		f.Unit = actor.Unit
		return f
	}
	codes := strings.FieldsFunc(actor.Area, func(c rune) bool { return c == '/' })
	if len(codes) == 0 {
		return f
	}
	a, _ := r.City.Areas.Get(codes[len(codes)-1])
	switch a.Kind {
	case area.District, area.Zone:
		f.District = a.Code
	case area.Subdistrict:
		f.Subdistrict = a.Code
	case area.Community, area.Grid:
		f.Community = a.Code
	}
	return f
}

// numbered finds the case a number leads to, if the actor may see it.
func (r *Room) numbered(ctx context.Context, text string) ([]casework.Row, string, error) {
	number, err := r.Requests.ParseNumber(text)
	if err != nil {
		return nil, "", fault.Field("number", "api.number")
	}
	var id string
	err = r.DB.Read(ctx, func(tx *db.Tx) error {
		h, err := r.Requests.ByNumber(tx, number)
		id = h.ID
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	rows, err := r.Cases.RowsOf(ctx, r.Actor(ctx), access.CaseRead, id)
	return rows, "", err
}

// page draws rows, with their headlines when asked for.
func (r *Room) page(ctx context.Context, rows []casework.Row, cursor string, titles bool) (*casePageOut, error) {
	out := &casePageOut{Link: link(ctx, cursor), Body: casePage{Cases: make([]line, len(rows)), More: More{cursor}}}
	var heads map[string]string
	if titles {
		var err error
		if heads, err = r.Requests.Titles(ctx, casework.Numbers(rows)); err != nil {
			return nil, err
		}
	}
	for i, row := range rows {
		out.Body.Cases[i] = lineOf(row)
		out.Body.Cases[i].Title = heads[row.Number]
	}
	return out, nil
}

type ordersIn struct {
	Unit  string `query:"unit" maxLength:"40" doc:"The key's own unit when not given."`
	Ended bool   `query:"ended" doc:"Orders that were reported on, instead of those that are owed."`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func (r *Room) orders(ctx context.Context, in *ordersIn) (*casePageOut, error) {
	actor := r.Actor(ctx)
	unit := in.Unit
	if unit == "" {
		unit = actor.Unit
	}
	rows, err := r.Cases.OrdersOf(ctx, actor, unit, !in.Ended, in.Limit)
	if err != nil {
		return nil, err
	}
	return r.page(ctx, rows, "", false)
}

// whole is a case as casework keeps it, and on demand what the key may do with it.
type whole struct {
	casework.File
	Allowed []allowed `json:"allowed,omitempty" nullable:"false"`
}

// allowed is one thing the key may do now.
type allowed struct {
	Action string   `json:"action"`
	Order  string   `json:"order,omitempty"`
	Call   string   `json:"call,omitempty"`
	Change string   `json:"change,omitempty"`
	Needs  []string `json:"needs,omitempty" nullable:"false"`
}

type getIn struct {
	ID      string `path:"id" maxLength:"40"`
	Allowed bool   `query:"allowed" doc:"With what the key may do with it now."`
}

type getOut struct {
	ETag string `header:"ETag"`
	Body whole
}

func (r *Room) get(ctx context.Context, in *getIn) (*getOut, error) {
	actor := r.Actor(ctx)
	f, err := r.Cases.Get(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	out := &getOut{ETag: etag(f), Body: whole{File: *f}}
	if in.Allowed {
		for _, x := range r.Cases.Allowed(actor, f) {
			out.Body.Allowed = append(out.Body.Allowed, allowed{Action: string(x.Action), Order: x.Order, Call: x.Call, Change: x.Change, Needs: x.Needs})
		}
	}
	return out, nil
}

// entry is one line of a timeline.
type entry struct {
	Seq    int               `json:"seq"`
	At     time.Time         `json:"at"`
	By     casework.By       `json:"by"`
	Action string            `json:"action"`
	Order  string            `json:"order,omitempty"`
	Call   string            `json:"call,omitempty"`
	Change string            `json:"change,omitempty"`
	Reason string            `json:"reason,omitempty"`
	Words  string            `json:"words,omitempty"`
	Clocks []casework.Effect `json:"clocks,omitempty" nullable:"false" doc:"What it did to time limits."`
}

type timelineOut struct {
	ETag string `header:"ETag"`
	Body struct {
		Entries []entry `json:"entries" nullable:"false"`
	}
}

type caseIn struct {
	ID string `path:"id" maxLength:"40"`
}

func (r *Room) timeline(ctx context.Context, in *caseIn) (*timelineOut, error) {
	f, err := r.Cases.Get(ctx, r.Actor(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	journal, err := r.Cases.Journal(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := &timelineOut{ETag: etag(f)}
	out.Body.Entries = make([]entry, len(journal))
	for i, e := range journal {
		if slices.Contains([]string{string(access.Citizen), string(access.Guest)}, e.Actor.Kind) {
			e.Actor.ID, e.Actor.For = "", "" // a requester is nobody here
		}
		out.Body.Entries[i] = entry{
			Seq: e.Seq, At: e.At, By: e.Actor, Action: string(e.Action), Order: e.Order, Call: e.Call, Change: e.Change, Reason: e.Reason, Words: e.Words, Clocks: e.Clocks,
		}
	}
	return out, nil
}
