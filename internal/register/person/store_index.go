package person

import (
	"database/sql"
	"errors"

	"banyan/internal/platform/db"
	"banyan/internal/platform/suite"
)

// selectMark gives the mark of the suite that Reindex last brought everybody to: the standard one while there is no row.
func selectMark(tx *db.Tx) (mark string, err error) {
	err = tx.QueryRow(`SELECT mark FROM person_index WHERE id = 1`).Scan(&mark)
	if errors.Is(err, sql.ErrNoRows) {
		return suite.Standard().Mark, nil
	}
	return mark, err
}

func putMark(tx *db.Tx, mark string) error {
	_, err := tx.Exec(`INSERT INTO person_index (id, mark) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark`, mark)
	return err
}

// updateIndex gives a person's phone another index and tells whether it was another.
func (s store) updateIndex(person, index string) (int, error) {
	n, err := s.tx.Exec(`UPDATE person_person SET phone_index = $1 WHERE id = $2 AND phone_index <> $1`, index, person)
	return int(n), err
}

// rehash gives an address another index, to which its sealed value is bound.
func (s store) rehash(person string, r row, index string) error {
	if _, err := s.tx.Exec(`DELETE FROM person_address WHERE person_id = $1 AND kind = $2 AND hash = $3`, person, string(r.kind), r.hash); err != nil {
		return err
	}
	if err := s.vault.Seal(s.tx, person, addressCell(person, index, &r.value)); err != nil {
		return err
	}
	_, err := s.tx.Exec(`INSERT INTO person_address (person_id, kind, hash, value, found, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (person_id, kind, hash) DO UPDATE SET found = person_address.found OR excluded.found`,
		person, string(r.kind), index, r.value, r.found, r.at)
	return err
}
