package casework

import (
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

func sameMs(a, b time.Time) bool { return clock.Ms(a) == clock.Ms(b) }

func rowsAfter(tx *db.Tx, id string, limit int) ([]Row, error) {
	return db.Collect(tx, scanRow, `SELECT `+columns+`, '', '', '' FROM casework_case c WHERE c.id > $1 ORDER BY c.id LIMIT $2`, id, limit)
}

// indexRow is a row of an index table, put into one line that can be compared.
type indexRow struct{ id, key, line string }

// index is one index table: how its rows are read by key, and which rows a file asks for.
type index struct {
	what, query string
	rows        func(f *File) []indexRow
	whole       bool // the key gives all rows of a case, so that one too many is seen
}

func indexes() []index {
	return []index{
		{DefectOrders, `SELECT id, case_id || ' ' || unit || ' ' || role || ' ' || state || ' ' || assignee || ' ' || call_id || ' ' || offered_at || ' ' || ended_at || ' ' ||
			CASE WHEN owing THEN 'owing ' || due_at ELSE '' END || CASE WHEN open THEN ' open' ELSE '' END FROM casework_order WHERE case_id IN (`, orderRows, true},
		{DefectCalls, `SELECT id, case_id || ' ' || unit || ' ' || area || ' ' || opened_at || CASE WHEN open THEN ' open' ELSE '' END FROM casework_call WHERE id IN (`, callRows, false},
		{DefectChanges, `SELECT id, case_id || ' ' || kind || ' ' || state || ' ' || unit || ' ' || asked_at FROM casework_change WHERE id IN (`, changeRows, false},
		{DefectRulings, `SELECT id, case_id || ' ' || duty || ' ' || unit || ' ' || at FROM casework_ruling WHERE id IN (`, rulingRows, false},
		{DefectLinks, `SELECT case_id || '/' || request_id, at || ' ' || left_at FROM casework_link WHERE request_id IN (`, linkRows, false},
	}
}

func orderRows(f *File) (rows []indexRow) {
	for _, o := range f.Orders {
		line := fmt.Sprintf("%s %s %s %s %s %s %d %d ", f.Case.ID, o.Unit, o.Role, o.State, o.Assignee, o.Call, clock.Ms(o.OfferedAt), clock.Ms(o.EndedAt))
		if o.State.owing() {
			line += fmt.Sprintf("owing %d", clock.Ms(f.OrderDue(o)))
		}
		if o.State.orderOpen() {
			line += " open"
		}
		rows = append(rows, indexRow{o.ID, f.Case.ID, line})
	}
	return rows
}

func callRows(f *File) (rows []indexRow) {
	for _, c := range f.Calls {
		line := fmt.Sprintf("%s %s %s %d", f.Case.ID, c.Unit, c.Area, clock.Ms(c.OpenedAt))
		if c.Open {
			line += " open"
		}
		rows = append(rows, indexRow{c.ID, c.ID, line})
	}
	return rows
}

func changeRows(f *File) (rows []indexRow) {
	for _, c := range f.Changes {
		rows = append(rows, indexRow{c.ID, c.ID, fmt.Sprintf("%s %s %s %s %d", f.Case.ID, c.Kind, c.State, c.Unit, clock.Ms(c.AskedAt))})
	}
	return rows
}

func rulingRows(f *File) (rows []indexRow) {
	for _, r := range f.Rulings {
		rows = append(rows, indexRow{r.ID, r.ID, fmt.Sprintf("%s %s %s %d", f.Case.ID, r.Duty, r.Unit, clock.Ms(r.At))})
	}
	return rows
}

func linkRows(f *File) (rows []indexRow) {
	for _, l := range f.Case.Links {
		rows = append(rows, indexRow{f.Case.ID + "/" + l.Request, l.Request, fmt.Sprintf("%d %d", clock.Ms(l.At), clock.Ms(l.LeftAt))})
	}
	return rows
}

// index compares the index rows of a batch with what its files say.
func (a *auditor) index(tx *db.Tx, files []*File) error {
	for _, table := range indexes() {
		want, of := map[string]string{}, map[string]string{}
		var keys []string
		for _, f := range files {
			if table.whole {
				keys = append(keys, f.Case.ID)
			}
			for _, r := range table.rows(f) {
				want[r.id], of[r.id] = r.line, f.Case.ID
				if !table.whole {
					keys = append(keys, r.key)
				}
			}
		}
		have, err := table.read(tx, keys)
		if err != nil {
			return fmt.Errorf("audit %s: %w", table.what, err)
		}
		for id, line := range want {
			if have[id] != line {
				a.note(table.what, of[id])
			}
		}
		for id := range have {
			if _, asked := want[id]; table.whole && !asked {
				a.note(table.what, id)
			}
		}
	}
	return nil
}

func (t index) read(tx *db.Tx, keys []string) (map[string]string, error) {
	have := map[string]string{}
	for chunk := range slices.Chunk(keys, 200) {
		rows, err := db.Collect(tx, func(row db.Scanner) (r indexRow, err error) {
			err = row.Scan(&r.id, &r.line)
			return r, err
		}, t.query+db.In(len(chunk), 1)+`)`, db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			have[r.id] = r.line
		}
	}
	return have, nil
}

// lost finds journals without a case.
func (a *auditor) lost(tx *db.Tx) error {
	ids, err := db.Column(tx, `SELECT DISTINCT case_id FROM casework_journal j
		WHERE NOT EXISTS (SELECT 1 FROM casework_case c WHERE c.id = j.case_id) LIMIT 100`)
	for _, id := range ids {
		a.note(DefectJournal, id)
	}
	return err
}
