package casework

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// load finds the case a ref names and returns its file.
func load(tx *db.Tx, r ref) (*File, error) {
	id, err := caseID(tx, r)
	if err != nil {
		return nil, err
	}
	var doc string
	err = tx.QueryRow(`SELECT file FROM casework_case WHERE id = $1`, id).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "casework.case.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("load case %s: %w", id, err)
	}
	f := new(File)
	if err := json.Unmarshal([]byte(doc), f); err != nil {
		return nil, fmt.Errorf("read file of case %s: %w", id, err)
	}
	return f, nil
}

func caseID(tx *db.Tx, r ref) (string, error) {
	var query, key string
	switch {
	case r.Case != "":
		return r.Case, nil
	case r.Order != "":
		query, key = `SELECT case_id FROM casework_order WHERE id = $1`, r.Order
	case r.Call != "":
		query, key = `SELECT case_id FROM casework_call WHERE id = $1`, r.Call
	case r.Change != "":
		query, key = `SELECT case_id FROM casework_change WHERE id = $1`, r.Change
	default:
		query, key = `SELECT case_id FROM casework_link WHERE request_id = $1 AND left_at = 0`, r.Request
	}
	var id string
	err := tx.QueryRow(query, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.New(fault.NotFound, "casework.case.missing")
	}
	return id, err
}

// document gives a record as it is stored.
func document(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// save stores a sealed transition: the file beside its list columns, the index
// rows of what changed, the journal entry.
func save(tx *db.Tx, d sealed) error {
	f, e := d.file, d.entry
	if err := saveCase(tx, d); err != nil {
		return err
	}
	for _, o := range f.Orders {
		_, changed := find(e.Delta.Orders, o.ID, func(o Order) string { return o.ID })
		if !changed && !(o.State.owing() && len(e.Delta.Clocks) > 0) {
			continue // an owing order is due by the case's clocks, too
		}
		if err := saveOrder(tx, f, o); err != nil {
			return err
		}
	}
	if err := saveDelta(tx, f, e.Delta); err != nil {
		return err
	}
	return appendEntry(tx, e, d.words)
}

func saveOrder(tx *db.Tx, f *File, o Order) error {
	_, err := tx.Exec(`INSERT INTO casework_order (id, case_id, unit, role, state, owing, open, assignee, call_id, offered_at, due_at, ended_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12)
		ON CONFLICT (id) DO UPDATE SET state=excluded.state, owing=excluded.owing, open=excluded.open, assignee=excluded.assignee,
		due_at=excluded.due_at, ended_at=excluded.ended_at`,
		o.ID, f.Case.ID, o.Unit, string(o.Role), string(o.State), o.State.owing(), o.State.orderOpen(), o.Assignee, o.Call,
		clock.Ms(o.OfferedAt), clock.Ms(f.OrderDue(o)), clock.Ms(o.EndedAt))
	return err
}

func saveDelta(tx *db.Tx, f *File, d Delta) error {
	id := f.Case.ID
	if err := saveFiles(tx, id, d.Orders); err != nil {
		return err
	}
	for _, c := range d.Calls {
		if _, err := tx.Exec(`INSERT INTO casework_call (id, case_id, unit, area, open, opened_at) VALUES ($1,$2,$3,$4,$5,$6)
			ON CONFLICT (id) DO UPDATE SET open=excluded.open`, c.ID, id, c.Unit, c.Area, c.Open, clock.Ms(c.OpenedAt)); err != nil {
			return err
		}
	}
	for _, c := range d.Changes {
		if _, err := tx.Exec(`INSERT INTO casework_change (id, case_id, kind, state, unit, district, asked_at) VALUES ($1,$2,$3,$4,$5,$6,$7)
			ON CONFLICT (id) DO UPDATE SET kind=excluded.kind, state=excluded.state`,
			c.ID, id, string(c.Kind), string(c.State), c.Unit, d.Case.District, clock.Ms(c.AskedAt)); err != nil {
			return err
		}
	}
	for _, r := range d.Rulings {
		if _, err := tx.Exec(`INSERT INTO casework_ruling (id, case_id, duty, unit, why, at) VALUES ($1,$2,$3,$4,$5,$6)`,
			r.ID, id, r.Duty, r.Unit, r.Why, clock.Ms(r.At)); err != nil {
			return err
		}
	}
	for _, l := range d.Case.Links {
		if _, err := tx.Exec(`INSERT INTO casework_link (request_id, case_id, at, left_at) VALUES ($1,$2,$3,$4)
			ON CONFLICT (request_id, case_id) DO UPDATE SET at=excluded.at, left_at=excluded.left_at`,
			l.Request, id, clock.Ms(l.At), clock.Ms(l.LeftAt)); err != nil {
			return err
		}
	}
	return nil
}

func appendEntry(tx *db.Tx, e Entry, doc string) error {
	_, err := tx.Exec(`INSERT INTO casework_journal (case_id, seq, at, actor_kind, actor_id, unit, action, entry) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		e.Case, e.Seq, clock.Ms(e.At), e.Actor.Kind, e.Actor.ID, e.Actor.Unit, string(e.Action), doc)
	return err
}

// journal reads all entries of a case, oldest first.
func journal(tx *db.Tx, id string) ([]Entry, error) {
	list, err := db.Collect(tx, scanDoc[Entry], `SELECT entry FROM casework_journal WHERE case_id = $1 ORDER BY seq`, id)
	if err != nil {
		return nil, fmt.Errorf("read journal of case %s: %w", id, err)
	}
	return list, nil
}

func scanDoc[T any](row db.Scanner) (v T, err error) {
	var doc string
	if err := row.Scan(&doc); err != nil {
		return v, err
	}
	err = json.Unmarshal([]byte(doc), &v)
	return v, err
}

func dueCases(tx *db.Tx, now time.Time, limit int) ([]string, error) {
	return db.Column(tx, `SELECT id FROM casework_case WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at, id LIMIT $2`, clock.Ms(now), limit)
}

func provisionalCases(tx *db.Tx) ([]string, error) {
	return db.Column(tx, `SELECT id FROM casework_case WHERE provisional ORDER BY id`)
}

func casesAfter(tx *db.Tx, id string, limit int) ([]string, error) {
	return db.Column(tx, `SELECT id FROM casework_case WHERE id > $1 ORDER BY id LIMIT $2`, id, limit)
}

func setNext(tx *db.Tx, id string, next time.Time) error {
	_, err := tx.Exec(`UPDATE casework_case SET next_at = $2 WHERE id = $1`, id, clock.Ms(next))
	return err
}

// OrderDue is the due time a unit works to: its sign or arrive clock while one
// runs, else the case's resolve clock.
func (f *File) OrderDue(o Order) time.Time {
	var due time.Time
	for _, c := range f.Clocks {
		if c.Live() && (c.Order == o.ID || c.Kind == ClockResolve) && (due.IsZero() || c.DueAt.Before(due)) {
			due = c.DueAt
		}
	}
	return due
}
