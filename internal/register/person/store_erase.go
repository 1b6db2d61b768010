package person

import (
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// upsertErasure gives a waiting wish another token, or notes a new one.
func upsertErasure(tx *db.Tx, e Erasure, hash string) error {
	n, err := tx.Exec(`UPDATE person_erasure SET token_hash = $1 WHERE person_id = $2 AND done_at = 0`, hash, e.Person)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.Exec(`INSERT INTO person_erasure (id, person_id, token_hash, asked_at, done_at, requests, files) VALUES ($1, $2, $3, $4, 0, 0, 0)`,
		e.ID, e.Person, hash, clock.Ms(e.AskedAt))
	return err
}

const erasure = `SELECT id, person_id, asked_at, done_at, requests, files FROM person_erasure `

func scanErasure(row db.Scanner) (e Erasure, err error) {
	var asked, done int64
	err = row.Scan(&e.ID, &e.Person, &asked, &done, &e.Requests, &e.Files)
	e.AskedAt, e.DoneAt = clock.FromMs(asked), clock.FromMs(done)
	return e, err
}

func selectErasure(tx *db.Tx, hash string) (Erasure, error) {
	return scanErasure(tx.QueryRow(erasure+`WHERE token_hash = $1`, hash))
}

func selectWaiting(tx *db.Tx, after string, limit int) ([]Erasure, error) {
	return db.Collect(tx, scanErasure, erasure+`WHERE done_at = 0 AND id > $1 ORDER BY id LIMIT $2`, after, limit)
}

func endErasure(tx *db.Tx, e Erasure) error {
	_, err := tx.Exec(`UPDATE person_erasure SET done_at = $1, requests = $2, files = $3 WHERE person_id = $4 AND done_at = 0`,
		clock.Ms(e.DoneAt), e.Requests, e.Files, e.Person)
	return err
}

// blank takes out all that could lead to a person, and by what they were found.
func blank(tx *db.Tx, id string) error {
	if _, err := tx.Exec(`DELETE FROM person_address WHERE person_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`UPDATE person_person SET name = '', phone = '', phone_index = NULL, language = '' WHERE id = $1`, id)
	return err
}
