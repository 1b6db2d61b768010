package casework

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// column is a column of casework_case and its value.
type column struct {
	name  string
	value any
}

// columns are what lists know of a case: those that follow from its file.
func (f *File) columns() []column {
	c := f.Case
	due, overdue, provisional := f.headDue()
	return []column{
		{"state", string(c.State)}, {"kind", c.Kind}, {"duty", c.Duty}, {"lead", c.Lead},
		{"area", c.Area}, {"district", c.District}, {"subdistrict", c.Subdistrict}, {"community", c.Community},
		{"lat", c.Point.Lat}, {"lon", c.Point.Lon}, {"urgent", c.Urgent}, {"flagged", len(c.Flags) > 0}, {"published", c.Published},
		{"requests", len(f.Requests())}, {"due_at", clock.Ms(due)}, {"overdue", overdue}, {"provisional", provisional},
		{"closed_at", clock.Ms(c.ClosedAt)},
	}
}

// changing are the columns that every transition writes.
func changing(d sealed) []column {
	return []column{
		{"version", d.file.Case.Version}, {"next_at", clock.Ms(d.next)}, {"changed_at", clock.Ms(d.entry.At)}, {"file", d.doc},
	}
}

// saveCase stores the file and its list columns: all of a new case, of an old one those that changed, because each index
// that holds a written column is written, too.
func saveCase(tx *db.Tx, d sealed) error {
	c, list := d.file.Case, changing(d)
	if d.before.Case.Version == 0 {
		list = append(list, column{"id", c.ID}, column{"number", c.Number}, column{"channel", c.Channel}, column{"opened_at", clock.Ms(c.OpenedAt)})
		return insertCase(tx, append(list, d.file.columns()...))
	}
	was := d.before.columns()
	for i, now := range d.file.columns() {
		if now != was[i] {
			list = append(list, now)
		}
	}
	n, err := updateCase(tx, c.ID, d.before.Case.Version, list)
	if err == nil && n != 1 {
		return refuse("changed")
	}
	return err
}

func insertCase(tx *db.Tx, list []column) error {
	names, args := make([]string, len(list)), make([]any, len(list))
	for i, c := range list {
		names[i], args[i] = c.name, c.value
	}
	_, err := tx.Exec(`INSERT INTO casework_case (`+strings.Join(names, ", ")+`) VALUES (`+db.In(len(list), 1)+`)`, args...)
	return err
}

// updateCase writes columns of a case that is still at a version, and tells how many it found.
func updateCase(tx *db.Tx, id string, version int, list []column) (int64, error) {
	sets, args := make([]string, len(list)), []any{id, version}
	for i, c := range list {
		args = append(args, c.value)
		sets[i] = c.name + " = $" + strconv.Itoa(len(args))
	}
	return tx.Exec(`UPDATE casework_case SET `+strings.Join(sets, ", ")+` WHERE id = $1 AND version = $2`, args...)
}

// published tells whether a case is in public view.
func published(tx *db.Tx, id string) (is bool, err error) {
	err = tx.QueryRow(`SELECT published FROM casework_case WHERE id = $1`, id).Scan(&is)
	if errors.Is(err, sql.ErrNoRows) {
		return false, fault.New(fault.NotFound, "casework.case.missing")
	}
	return is, err
}

// headDue is the due time that lists sort by: that of the clock which watches
// the state, else the end of the time to contest; and whether any live clock is
// overdue or provisional.
func (f *File) headDue() (due time.Time, overdue, provisional bool) {
	head := clockOf(f.Case.State)
	for _, c := range f.Clocks {
		if !c.Live() {
			continue
		}
		overdue = overdue || c.State == ClockBreached
		provisional = provisional || c.Provisional
		if c.Kind == head || c.Kind == ClockConfirm && due.IsZero() {
			due = c.DueAt
		}
	}
	return due, overdue, provisional
}
