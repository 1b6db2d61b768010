package backup

import (
	"embed"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the tables of what was taken.
func Schema() db.Schema { return db.Schema{Module: "backup", Files: files} }

func insertRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`INSERT INTO backup_run (id, started_at, ended_at, place, bytes, entries, error) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		db.NewID(r.Started), clock.Ms(r.Started), clock.Ms(r.Ended), r.Place, r.Bytes, r.Rows, r.Error)
	return err
}

func selectRuns(tx *db.Tx, limit int) ([]Run, error) {
	return db.Collect(tx, func(row db.Scanner) (r Run, err error) {
		var started, ended int64
		err = row.Scan(&started, &ended, &r.Place, &r.Bytes, &r.Rows, &r.Error)
		r.Started, r.Ended = clock.FromMs(started), clock.FromMs(ended)
		return r, err
	}, `SELECT started_at, ended_at, place, bytes, entries, error FROM backup_run ORDER BY started_at DESC, id DESC LIMIT $1`, limit)
}

func deleteRuns(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM backup_run WHERE started_at < $1`, clock.Ms(before))
	return err
}
