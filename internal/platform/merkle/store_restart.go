package merkle

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// restart is one time that the log got a new name.
type restart struct {
	label string // what is behind the name
	entry string // id in the log
	note  string
	at    time.Time
}

// selectLabel gives what is behind the log's name today, "" before the first restart.
func selectLabel(tx *db.Tx) (label string, err error) {
	err = tx.QueryRow(`SELECT label FROM merkle_restart ORDER BY at DESC, label DESC LIMIT 1`).Scan(&label)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return label, err
}

func insertRestart(tx *db.Tx, r restart) error {
	_, err := tx.Exec(`INSERT INTO merkle_restart (label, entry, note, at) VALUES ($1, $2, $3, $4)`, r.label, r.entry, r.note, clock.Ms(r.at))
	return err
}

// selectRestarts gives all, the first restart first.
func selectRestarts(tx *db.Tx) ([]restart, error) {
	return db.Collect(tx, func(row db.Scanner) (r restart, err error) {
		var at int64
		err = row.Scan(&r.label, &r.entry, &r.note, &at)
		r.at = clock.FromMs(at)
		return r, err
	}, `SELECT label, entry, note, at FROM merkle_restart ORDER BY at, label`)
}
