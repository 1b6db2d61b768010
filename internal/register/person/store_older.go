package person

import "banyan/internal/platform/db"

// sealOlder seals up to limit rows of each table that were written before texts were sealed, and tells how many it found. The
// tables' indexes of that name hold just those.
func (s store) sealOlder(limit int) (int, error) {
	people, err := db.Collect(s.tx, scan, `SELECT `+columns+` FROM person_person
		WHERE substr(name, 1, 3) NOT IN ('~1.', '~2.') AND name <> '' OR substr(phone, 1, 3) NOT IN ('~1.', '~2.') AND phone <> '' ORDER BY id LIMIT $1`, limit)
	if err == nil {
		people, err = s.opened(people...) // one of the two may be sealed already
	}
	for _, p := range people {
		name, phone, err := s.sealed(p)
		if err != nil {
			return 0, err
		}
		if _, err := s.tx.Exec(`UPDATE person_person SET name = $1, phone = $2 WHERE id = $3`, name, phone, p.ID); err != nil {
			return 0, err
		}
	}
	if err != nil {
		return 0, err
	}
	n, err := s.sealOlderAddresses(limit)
	return len(people) + n, err
}

func (s store) sealOlderAddresses(limit int) (int, error) {
	type older struct{ person, kind, hash, value string }
	list, err := db.Collect(s.tx, func(in db.Scanner) (a older, err error) {
		err = in.Scan(&a.person, &a.kind, &a.hash, &a.value)
		return a, err
	}, `SELECT person_id, kind, hash, value FROM person_address WHERE substr(value, 1, 3) NOT IN ('~1.', '~2.') AND value <> '' ORDER BY person_id LIMIT $1`, limit)
	for _, a := range list {
		if err := s.vault.Seal(s.tx, a.person, addressCell(a.person, a.hash, &a.value)); err != nil {
			return 0, err
		}
		_, err := s.tx.Exec(`UPDATE person_address SET value = $1 WHERE person_id = $2 AND kind = $3 AND hash = $4`, a.value, a.person, a.kind, a.hash)
		if err != nil {
			return 0, err
		}
	}
	return len(list), err
}
