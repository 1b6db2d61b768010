package leak

import (
	"embed"
	"strconv"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the package's tables.
func Schema() db.Schema { return db.Schema{Module: "leak", Files: schema} }

func insertTrace(tx *db.Tx, by access.Actor, in Ask, t Trace) error {
	named, most, _ := t.Names()
	bound := strconv.FormatFloat(most, 'e', 2, 64)
	_, err := tx.Exec(`INSERT INTO leak_trace (id, at, actor, unit, reason, source, rows, matched, viewers, named, bound)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		t.ID, clock.Ms(t.At), by.ID, by.Unit, in.Reason, in.Source, t.Rows, t.Matched, t.Viewers, named, bound)
	return err
}

func selectAsked(tx *db.Tx, limit int) ([]Asked, error) {
	return db.Collect(tx, func(row db.Scanner) (a Asked, err error) {
		var at int64
		err = row.Scan(&a.ID, &at, &a.Actor, &a.Unit, &a.Reason, &a.Source, &a.Rows, &a.Matched, &a.Viewers, &a.Named, &a.Bound)
		a.At = clock.FromMs(at)
		return a, err
	}, `SELECT id, at, actor, unit, reason, source, rows, matched, viewers, named, bound FROM leak_trace ORDER BY id DESC LIMIT $1`, limit)
}
