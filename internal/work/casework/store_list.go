package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// Row is one line of a list: ids and facts, no words of a requester.
type Row struct {
	ID, Number  string
	Found       string // id of the request it was looked for by; "" in lists of cases
	State       State
	Kind        string
	Channel     string
	Duty        string
	Lead        string
	Area        string
	Urgent      bool
	Flagged     bool
	Published   bool
	Requests    int
	OpenedAt    time.Time
	DueAt       time.Time
	Overdue     bool
	Provisional bool
	ChangedAt   time.Time
	ClosedAt    time.Time
	Order       string // in a unit's list: the unit's order
	Role        Role
	OrderState  State
}

// Numbers lists the numbers of rows, in their order.
func Numbers(rows []Row) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = row.Number
	}
	return out
}

// Filter narrows a list; empty fields do not. After continues behind a cursor.
type Filter struct {
	States      []State
	Unit        string // lead unit
	District    string
	Subdistrict string
	Community   string
	Kind        string
	Overdue     bool
	Urgent      bool
	Published   bool
	Newest      bool // newest first instead of soonest due first; without states that are the open ones, for no other owes anything
	After       Cursor
	Limit       int // 50 when 0, at most 500
}

// Cursor is the place in a list behind which the next page begins.
type Cursor struct {
	At time.Time
	ID string
}

const columns = `c.id, c.number, c.state, c.kind, c.channel, c.duty, c.lead, c.area, c.urgent, c.flagged, c.published, c.requests,
	c.opened_at, c.due_at, c.overdue, c.provisional, c.changed_at, c.closed_at`

// List returns the rows an actor may see that match, one indexed query.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) ([]Row, error) {
	if err := s.scope(actor, &f); err != nil {
		return nil, err
	}
	var out []Row
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listCases(tx, f)
		return err
	})
	return out, err
}

// scope narrows a filter to what the actor may read: the policy decides on the
// very area or unit that the query will be bound to.
func (s *Service) scope(actor access.Actor, f *Filter) error {
	res := access.Resource{Kind: "list", Unit: f.Unit}
	switch {
	case f.Community != "":
		res.AreaPath = s.path(f.Community)
	case f.Subdistrict != "":
		res.AreaPath = s.path(f.Subdistrict)
	case f.District != "":
		res.AreaPath = s.path(f.District)
	default:
		res.AreaPath = s.City.Areas.City().Path
	}
	return s.Policy.Check(actor, "case.list", res)
}

func (s *Service) path(area string) string {
	a, _ := s.City.Areas.Get(area) // an unknown area has no path and is in nobody's reach
	return a.Path
}

// listCases reads one page. Several states are read one by one, each along its
// index, and merged: one query over them would have to sort.
func listCases(tx *db.Tx, f Filter) ([]Row, error) {
	if len(f.States) == 0 && !f.Newest && !f.Overdue && !f.Published {
		f.States = openCase
	}
	if len(f.States) < 2 {
		return listOne(tx, f)
	}
	var all []Row
	for _, st := range f.States {
		one := f
		one.States = []State{st}
		rows, err := listOne(tx, one)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	slices.SortFunc(all, f.before)
	return all[:min(len(all), f.limit())], nil
}

func listOne(tx *db.Tx, f Filter) ([]Row, error) {
	query, args := listQuery(f)
	list, err := db.Collect(tx, scanRow, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return list, nil
}

// listQuery builds the one query of a list.
func listQuery(f Filter) (string, []any) {
	w := where{}
	w.states(f.States, f.byAge())
	w.equal("c.lead", f.Unit)
	w.equal("c.district", f.District)
	w.equal("c.subdistrict", f.Subdistrict)
	w.equal("c.community", f.Community)
	w.equal("c.kind", f.Kind)
	w.when(f.Overdue, "c.overdue")
	w.when(f.Urgent, "c.urgent")
	w.when(f.Published, "c.published")
	order := w.page(f)
	return `SELECT ` + columns + `, '', '', '' FROM casework_case c` + w.sql() + order, w.args
}

// page adds the cursor and returns the order with its limit.
func (w *where) page(f Filter) string {
	column, less, dir := "c.due_at", ">", ""
	if f.Newest {
		column, less, dir = "c.opened_at", "<", " DESC"
	}
	order := column
	switch {
	case f.Published:
		column, order = "c.changed_at", "c.changed_at"
	case f.Newest && len(f.States) > 0 && !f.byAge():
		order += " + 0" // few cases: found along the state and sorted, whatever the engine would rather do
	}
	if f.After.ID != "" {
		w.clause(fmt.Sprintf("(%s, c.id) %s ($%d, $%d)", column, less, len(w.args)+1, len(w.args)+2), clock.Ms(f.After.At), f.After.ID)
	}
	return fmt.Sprintf(" ORDER BY %s%s, c.id%s LIMIT %d", order, dir, dir, f.limit())
}

// byAge tells whether a list is found fastest along the age of cases: newest first of states that most cases are in. Other
// states have few cases, and are found along the state and sorted.
func (f Filter) byAge() bool {
	return f.Newest && !f.Published && len(f.States) > 0 && !slices.ContainsFunc(f.States, func(s State) bool { return s != Closed && s != Answered })
}

func (f Filter) limit() int {
	if f.Limit <= 0 || f.Limit > 500 {
		return 50
	}
	return f.Limit
}

// At is the row's place in a list of this filter, for the next page's cursor.
func (f Filter) At(r Row) Cursor {
	switch {
	case f.Published:
		return Cursor{r.ChangedAt, r.ID}
	case f.Newest:
		return Cursor{r.OpenedAt, r.ID}
	}
	return Cursor{r.DueAt, r.ID}
}

// before orders rows as the query does.
func (f Filter) before(a, b Row) int {
	x, y := f.At(a), f.At(b)
	c := x.At.Compare(y.At)
	if c == 0 {
		c = strings.Compare(x.ID, y.ID)
	}
	if f.Newest {
		return -c
	}
	return c
}

// OrdersOf lists a unit's orders: those it still owes, soonest due first, or
// the ones it has ended.
func (s *Service) OrdersOf(ctx context.Context, actor access.Actor, unit string, owing bool, limit int) ([]Row, error) {
	if err := s.Policy.Check(actor, "case.list", access.Resource{Kind: "list", Unit: unit, Units: []string{unit}}); err != nil {
		return nil, err
	}
	sort := "o.due_at, o.id"
	if !owing {
		sort = "o.due_at DESC, o.id DESC"
	}
	var out []Row
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Collect(tx, scanRow, `SELECT `+columns+`, o.id, o.role, o.state FROM casework_order o JOIN casework_case c ON c.id = o.case_id
			WHERE o.unit = $1 AND o.owing = $2 ORDER BY `+sort+` LIMIT $3`, unit, owing, limit)
		if err != nil {
			return fmt.Errorf("list orders of %s: %w", unit, err)
		}
		return nil
	})
	return out, err
}

// OpenChanges lists the cases with an undecided change, oldest wish first.
func (s *Service) OpenChanges(ctx context.Context, actor access.Actor, district string, limit int) ([]Row, error) {
	if err := s.scope(actor, &Filter{District: district}); err != nil {
		return nil, err
	}
	return s.rows(ctx, `SELECT `+columns+`, h.id, h.kind, h.state FROM casework_change h JOIN casework_case c ON c.id = h.case_id
		WHERE h.state = 'asked' AND ($1 = '' OR h.district = $1) ORDER BY h.asked_at, h.id LIMIT $2`, district, limit)
}

// OpenCalls lists the cases with an open call, newest first.
func (s *Service) OpenCalls(ctx context.Context, actor access.Actor, district string, limit int) ([]Row, error) {
	if err := s.scope(actor, &Filter{District: district}); err != nil {
		return nil, err
	}
	return s.rows(ctx, `SELECT `+columns+`, k.id, '', '' FROM casework_call k JOIN casework_case c ON c.id = k.case_id
		WHERE k.open AND ($1 = '' OR c.district = $1) ORDER BY k.opened_at DESC, k.id LIMIT $2`, district, limit)
}

// Published lists what the public may see, newest change first. No actor is
// needed: the rows hold nothing about a person.
func (s *Service) Published(ctx context.Context, f Filter) ([]Row, error) {
	f.Published, f.Newest = true, true
	var out []Row
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = listCases(tx, f)
		return err
	})
	return out, err
}

func (s *Service) rows(ctx context.Context, query string, args ...any) ([]Row, error) {
	var out []Row
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Collect(tx, scanRow, query, args...)
		if err != nil {
			return fmt.Errorf("list cases: %w", err)
		}
		return nil
	})
	return out, err
}

func scanRow(row db.Scanner) (r Row, err error) {
	var opened, due, changed, closed int64
	err = row.Scan(&r.ID, &r.Number, &r.State, &r.Kind, &r.Channel, &r.Duty, &r.Lead, &r.Area, &r.Urgent, &r.Flagged,
		&r.Published, &r.Requests, &opened, &due, &r.Overdue, &r.Provisional, &changed, &closed, &r.Order, &r.Role, &r.OrderState)
	r.OpenedAt, r.DueAt, r.ChangedAt, r.ClosedAt = clock.FromMs(opened), clock.FromMs(due), clock.FromMs(changed), clock.FromMs(closed)
	return r, err
}

// Count is one group of a tally.
type Count struct {
	State    State
	District string
	Overdue  bool
	N        int
}

// Tally counts the cases that are not ended by state, district and overdue.
func (s *Service) Tally(ctx context.Context) ([]Count, error) {
	var out []Count
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Collect(tx, func(row db.Scanner) (c Count, err error) {
			err = row.Scan(&c.State, &c.District, &c.Overdue, &c.N)
			return c, err
		}, `SELECT state, district, overdue, count(*) FROM casework_case
			WHERE state IN ('received','dispatched','working','replied','following_up','contested','overseen')
			GROUP BY state, district, overdue ORDER BY state, district, overdue`)
		if err != nil {
			return fmt.Errorf("tally cases: %w", err)
		}
		return nil
	})
	return out, err
}

// Load is what is in hand in one subdistrict. Both codes may be empty: a case's
// place may be known less finely.
type Load struct {
	District, Subdistrict string
	Open                  int
	AtRisk                int // not overdue, due before the moment asked for
	Overdue               int
}

// InHand counts the cases that are not ended by subdistrict. At risk is what is
// due between now and soon.
func (s *Service) InHand(ctx context.Context, soon time.Time) ([]Load, error) {
	var out []Load
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		out, err = db.Collect(tx, func(row db.Scanner) (l Load, err error) {
			err = row.Scan(&l.District, &l.Subdistrict, &l.Open, &l.AtRisk, &l.Overdue)
			return l, err
		}, `SELECT district, subdistrict, count(*), count(*) FILTER (WHERE NOT overdue AND due_at >= $1 AND due_at < $2),
			count(*) FILTER (WHERE overdue) FROM casework_case
			WHERE state IN ('received','dispatched','working','replied','following_up','contested','overseen')
			GROUP BY district, subdistrict ORDER BY district, subdistrict`, clock.Ms(s.Clock.Now()), clock.Ms(soon))
		if err != nil {
			return fmt.Errorf("count what is in hand: %w", err)
		}
		return nil
	})
	return out, err
}

// Opened counts the cases opened in [from, to) and how many of them were
// answered at the desk.
func (s *Service) Opened(ctx context.Context, from, to time.Time) (all, answered int, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*), count(*) FILTER (WHERE state = 'answered') FROM casework_case WHERE opened_at >= $1 AND opened_at < $2`,
			clock.Ms(from), clock.Ms(to)).Scan(&all, &answered)
	})
	return all, answered, err
}

// where builds the conditions of one query.
type where struct {
	clauses []string
	args    []any
}

func (w *where) clause(sql string, args ...any) {
	w.clauses = append(w.clauses, sql)
	w.args = append(w.args, args...)
}

func (w *where) equal(column, value string) {
	if value != "" {
		w.clause(fmt.Sprintf("%s = $%d", column, len(w.args)+1), value)
	}
}

func (w *where) when(on bool, column string) {
	if on {
		w.clause(column)
	}
}

// states narrows to states; hidden keeps the engine from looking along an index of them.
func (w *where) states(states []State, hidden bool) {
	if len(states) == 0 {
		return
	}
	column := "c.state"
	if hidden {
		column += " || ''"
	}
	sql := column + " IN (" + db.In(len(states), len(w.args)+1) + ")"
	args := make([]any, len(states))
	for i, st := range states {
		args[i] = string(st)
	}
	w.clause(sql, args...)
}

func (w *where) sql() string {
	if len(w.clauses) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.clauses, " AND ")
}
