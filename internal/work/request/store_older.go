package request

import (
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

// older finds what was written before texts were sealed; the index of each table beginning so holds just those.
const older = ` WHERE substr(words, 1, 3) NOT IN ('~1.', '~2.') AND words <> '' ORDER BY id LIMIT $1`

// sealOlder seals up to limit rows of each table and tells how many it found.
func (s store) sealOlder(limit int) (n int, err error) {
	for _, some := range []func(int) (int, error){s.sealRequests, s.sealRemarks, s.sealPieces} {
		done, err := some(limit)
		if err != nil {
			return 0, err
		}
		n += done
	}
	return n, nil
}

func (s store) sealRequests(limit int) (int, error) {
	rows, err := db.Collect(s.tx, func(in db.Scanner) (r row, err error) {
		err = in.Scan(&r.ID, &r.PersonID, &r.subject, &r.words, &r.address, &r.Text)
		return r, err
	}, `SELECT id, person_id, subject, words, address, headline FROM request_request`+older, limit)
	for i := range rows {
		r := &rows[i]
		if err := s.vault.Seal(s.tx, subject(r.PersonID, "request:"+r.ID), r.cells()...); err != nil {
			return 0, err
		}
		_, err := s.tx.Exec(`UPDATE request_request SET subject = $1, words = $2, address = $3, headline = $4 WHERE id = $5`,
			r.subject, r.words, r.address, r.Text, r.ID)
		if err != nil {
			return 0, err
		}
	}
	return len(rows), err
}

func (s store) sealRemarks(limit int) (int, error) {
	list, err := db.Collect(s.tx, scanRemark, remarkRow+older, limit)
	for _, m := range list {
		var person string
		if err := s.tx.QueryRow(`SELECT person_id FROM request_request WHERE id = $1`, m.request).Scan(&person); err != nil {
			return 0, err
		}
		if err := s.vault.Seal(s.tx, subject(person, "request:"+m.request), remarkCell(m.id, &m.Words)); err != nil {
			return 0, err
		}
		if _, err := s.tx.Exec(`UPDATE request_remark SET words = $1 WHERE id = $2`, m.Words, m.id); err != nil {
			return 0, err
		}
	}
	return len(list), err
}

func (s store) sealPieces(limit int) (int, error) {
	type piece struct{ id, person, words, address string }
	list, err := db.Collect(s.tx, func(in db.Scanner) (p piece, err error) {
		err = in.Scan(&p.id, &p.person, &p.words, &p.address)
		return p, err
	}, `SELECT id, person_id, words, address FROM request_draft`+older, limit)
	for _, p := range list {
		cells := []vault.Cell{draftCell(p.id, "words", &p.words), draftCell(p.id, "address", &p.address)}
		if err := s.vault.Seal(s.tx, subject(p.person, "draft:"+p.id), cells...); err != nil {
			return 0, err
		}
		if _, err := s.tx.Exec(`UPDATE request_draft SET words = $1, address = $2 WHERE id = $3`, p.words, p.address, p.id); err != nil {
			return 0, err
		}
	}
	return len(list), err
}
