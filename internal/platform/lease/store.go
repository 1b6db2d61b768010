package lease

import (
	"database/sql"
	"embed"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var files embed.FS

// Schema gives the package's migrations.
func Schema() db.Schema { return db.Schema{Module: "lease", Files: files} }

// find reads a lease; one that was never taken has no holder.
func find(tx *db.Tx, name string) (r row, err error) {
	err = tx.QueryRow(`SELECT holder, beat FROM lease_lease WHERE name = $1`, name).Scan(&r.holder, &r.beat)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, nil
	}
	return r, err
}

// take makes the lease self's with a new beat, unless it changed since it was read.
func take(tx *db.Tx, name string, was row, self string) (bool, error) {
	n, err := tx.Exec(`INSERT INTO lease_lease (name, holder, beat) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, beat = excluded.beat
		WHERE lease_lease.holder = $4 AND lease_lease.beat = $5`, name, self, was.beat+1, was.holder, was.beat)
	return n == 1, err
}

func leave(tx *db.Tx, name, self string) error {
	_, err := tx.Exec(`UPDATE lease_lease SET holder = '', beat = beat + 1 WHERE name = $1 AND holder = $2`, name, self)
	return err
}

// chores gives when each chore was done last.
func chores(tx *db.Tx) (map[string]time.Time, error) {
	done := map[string]time.Time{}
	_, err := db.Collect(tx, func(r db.Scanner) (name string, err error) {
		var at int64
		err = r.Scan(&name, &at)
		done[name] = clock.FromMs(at)
		return name, err
	}, `SELECT name, done_at FROM lease_chore`)
	return done, err
}

func setDone(tx *db.Tx, name string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO lease_chore (name, done_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at`,
		name, clock.Ms(at))
	return err
}
