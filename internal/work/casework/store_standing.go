package casework

import (
	"context"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Standing is how a case stands, as another system's copy of it keeps it: ids and states. Of two standings of one
// case the higher version is the newer one.
type Standing struct {
	ID          string    `json:"id"`
	Number      string    `json:"number"`
	Version     int       `json:"version"`
	State       State     `json:"state"`
	Kind        string    `json:"kind"`
	Channel     string    `json:"channel"`
	Duty        string    `json:"duty,omitempty"`
	Lead        string    `json:"lead,omitempty"`
	Area        string    `json:"area"`
	District    string    `json:"district,omitempty"`
	Subdistrict string    `json:"subdistrict,omitempty"`
	Community   string    `json:"community,omitempty"`
	Urgent      bool      `json:"urgent,omitempty"`
	Flagged     bool      `json:"flagged,omitempty"`
	Published   bool      `json:"published,omitempty"`
	Requests    int       `json:"requests"`
	OpenedAt    time.Time `json:"opened_at"`
	DueAt       time.Time `json:"due_at,omitzero"`
	Overdue     bool      `json:"overdue,omitempty"`
	Provisional bool      `json:"provisional,omitempty"`
	ChangedAt   time.Time `json:"changed_at"`
	ClosedAt    time.Time `json:"closed_at,omitzero"`
}

const standingColumns = `c.id, c.number, c.version, c.state, c.kind, c.channel, c.duty, c.lead, c.area, c.district, c.subdistrict, c.community,
	c.urgent, c.flagged, c.published, c.requests, c.opened_at, c.due_at, c.overdue, c.provisional, c.changed_at, c.closed_at`

func scanStanding(row db.Scanner) (s Standing, err error) {
	var opened, due, changed, closed int64
	err = row.Scan(&s.ID, &s.Number, &s.Version, &s.State, &s.Kind, &s.Channel, &s.Duty, &s.Lead, &s.Area, &s.District, &s.Subdistrict, &s.Community,
		&s.Urgent, &s.Flagged, &s.Published, &s.Requests, &opened, &due, &s.Overdue, &s.Provisional, &changed, &closed)
	s.OpenedAt, s.DueAt, s.ChangedAt, s.ClosedAt = clock.FromMs(opened), clock.FromMs(due), clock.FromMs(changed), clock.FromMs(closed)
	return s, err
}

// StandingsTx gives how cases stand, by id. A case that is not there is left out.
func (s *Service) StandingsTx(tx *db.Tx, ids []string) (map[string]Standing, error) {
	list, err := db.Collect(tx, scanStanding, `SELECT `+standingColumns+` FROM casework_case c WHERE c.id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
	if err != nil {
		return nil, fmt.Errorf("read how %d cases stand: %w", len(ids), err)
	}
	out := make(map[string]Standing, len(list))
	for _, one := range list {
		out[one.ID] = one
	}
	return out, nil
}

// lookMost bounds the rows one page of Standings looks at, so that a reader with a small reach costs no more than one
// with a large one.
const lookMost = 20_000

// Standings lists how the cases stand that an actor may read, by id, behind the one given. next is the id to go on
// behind, "" at the end: a page may hold less than limit, even nothing, before the end.
func (s *Service) Standings(ctx context.Context, actor access.Actor, after string, limit int) (list []Standing, next string, err error) {
	reach, args, err := s.reach(actor, 3)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		end, full, err := lookAhead(tx, after, max(limit, lookMost))
		if err != nil || end == "" {
			return err
		}
		list, err = db.Collect(tx, scanStanding, `SELECT `+standingColumns+` FROM casework_case c WHERE c.id > $1 AND c.id <= $2`+reach+
			fmt.Sprintf(` ORDER BY c.id LIMIT %d`, limit), append([]any{after, end}, args...)...)
		switch {
		case len(list) == limit:
			next = list[limit-1].ID
		case full:
			next = end
		}
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list how cases stand: %w", err)
	}
	return list, next, nil
}

// lookAhead gives the id that ends the next window, and whether there may be more behind it.
func lookAhead(tx *db.Tx, after string, window int) (end string, full bool, err error) {
	var n int
	err = tx.QueryRow(`SELECT count(*), coalesce(max(id), '') FROM (SELECT id FROM casework_case WHERE id > $1 ORDER BY id LIMIT $2) ahead`, after, window).Scan(&n, &end)
	return end, n == window, err
}

// reach is the condition of an actor's scope, its parameters numbered from the one given. Nobody's scope is refused.
func (s *Service) reach(actor access.Actor, from int) (sql string, args []any, err error) {
	scope := access.ScopeOf(actor)
	if scope.Area == "" && scope.Unit == "" {
		return "", nil, fault.New(fault.Forbidden, "access.refused")
	}
	var any []string
	if scope.Area != "" {
		column, code := s.column(scope.Area)
		if column == "" {
			return "", nil, nil // the whole city
		}
		any, args = append(any, fmt.Sprintf("c.%s = $%d", column, from)), append(args, code)
	}
	if scope.Unit != "" {
		any = append(any, fmt.Sprintf("EXISTS (SELECT 1 FROM casework_order o WHERE o.case_id = c.id AND o.unit = $%d)", from+len(args)))
		args = append(args, scope.Unit)
	}
	return " AND (" + strings.Join(any, " OR ") + ")", args, nil
}

// column is the column that holds an area of that level; "" for the city.
func (s *Service) column(path string) (column, code string) {
	codes := strings.FieldsFunc(path, func(r rune) bool { return r == '/' })
	if len(codes) == 0 {
		return "", ""
	}
	code = codes[len(codes)-1]
	a, ok := s.City.Areas.Get(code)
	switch {
	case !ok:
		return "area", code // an area that left the pack
	case a.Kind == "district" || a.Kind == "zone":
		return "district", code
	case a.Kind == "subdistrict":
		return "subdistrict", code
	case a.Kind == "community":
		return "community", code
	}
	return "", ""
}

// UnitsTx gives every unit that has or had an order, by case.
func (s *Service) UnitsTx(tx *db.Tx, cases []string) (map[string][]string, error) {
	out := map[string][]string{}
	rows, err := db.Collect(tx, func(row db.Scanner) (one [2]string, err error) {
		err = row.Scan(&one[0], &one[1])
		return one, err
	}, `SELECT DISTINCT case_id, unit FROM casework_order WHERE case_id IN (`+db.In(len(cases), 1)+`)`, db.Args(cases)...)
	if err != nil {
		return nil, fmt.Errorf("read the units of %d cases: %w", len(cases), err)
	}
	for _, one := range rows {
		out[one[0]] = append(out[one[0]], one[1])
	}
	return out, nil
}
