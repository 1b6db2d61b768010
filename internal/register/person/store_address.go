package person

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/vault"
)

// ensureAddress finds the person of an address, or keeps p as its person; a name that was missing is filled in.
func (s store) ensureAddress(p Person, a address, indexes []string) (string, error) {
	id, err := selectFound(s.tx, a.kind, indexes)
	if err == nil {
		return id, s.fillName(id, p.Name)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	name, _, err := s.sealed(p)
	if err != nil {
		return "", err
	}
	_, err = s.tx.Exec(`INSERT INTO person_person (id, name, phone, phone_index, created_at, language) VALUES ($1, $2, '', NULL, $3, $4)`,
		p.ID, name, clock.Ms(p.Since), p.Language)
	if err != nil {
		return "", err
	}
	return p.ID, s.insertAddress(p.ID, a, indexes, true, p.Since)
}

// insertAddress keeps an address once per person. Busy when it became another's at this very moment.
func (s store) insertAddress(person string, a address, indexes []string, found bool, at time.Time) error {
	hash := indexes[0]
	if known, err := s.hasAddress(person, a.kind, indexes[1:]); known || err != nil {
		return err // by another suite
	}
	if err := s.vault.Seal(s.tx, person, addressCell(person, hash, &a.value)); err != nil {
		return err
	}
	n, err := s.tx.Exec(`INSERT INTO person_address (person_id, kind, hash, value, found, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, person, string(a.kind), hash, a.value, found, clock.Ms(at))
	if err == nil && n == 0 && found {
		return fault.New(fault.Busy, "person.busy")
	}
	return err
}

func (s store) hasAddress(person string, kind Kind, indexes []string) (known bool, err error) {
	err = s.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM person_address WHERE person_id = $1 AND kind = $2 AND hash IN (`+db.In(len(indexes), 3)+`))`,
		append([]any{person, string(kind)}, db.Args(indexes)...)...).Scan(&known)
	return known, err
}

// addressCell is bound to the person and the blind index, which no two addresses share.
func addressCell(person, hash string, value *string) vault.Cell {
	return vault.Cell{Table: "person_address", Column: "value", Row: person + "/" + hash, Text: value}
}

func selectFound(tx *db.Tx, kind Kind, indexes []string) (id string, err error) {
	err = tx.QueryRow(`SELECT person_id FROM person_address WHERE kind = $1 AND hash IN (`+db.In(len(indexes), 2)+`) AND found`,
		append([]any{string(kind)}, db.Args(indexes)...)...).Scan(&id)
	return id, err
}

// row is an address as stored.
type row struct {
	address
	hash  string
	found bool
	at    int64
}

// selectAddresses gives a person's addresses beside the phone, those that find them first, then the newest first.
func (s store) selectAddresses(id string) ([]row, error) {
	rows, err := db.Collect(s.tx, func(in db.Scanner) (r row, err error) {
		var kind string
		err = in.Scan(&kind, &r.hash, &r.value, &r.found, &r.at)
		r.kind = Kind(kind)
		return r, err
	}, `SELECT kind, hash, value, found, created_at FROM person_address WHERE person_id = $1
		ORDER BY CASE WHEN found THEN 0 ELSE 1 END, created_at DESC, hash`, id)
	if err != nil {
		return nil, err
	}
	cells := make([]vault.Cell, len(rows))
	for i := range rows {
		cells[i] = addressCell(id, rows[i].hash, &rows[i].value)
	}
	return rows, s.vault.Open(s.tx, cells)
}

// withAddresses fills in the addresses beside the phone.
func (s store) withAddresses(p Person) (Person, error) {
	rows, err := s.selectAddresses(p.ID)
	for _, r := range rows {
		switch {
		case r.kind == EmailKind && p.Email == "":
			p.Email = r.value
		case r.kind == WeChatKind && p.WeChat == "":
			p.WeChat = r.value
		}
	}
	return p, err
}

// selectReach lists the kinds of addresses a person has; a joined one has those of the other.
func (s store) selectReach(id string) ([]Kind, error) {
	p, err := s.selectOne(id)
	if err == nil && p.same != "" {
		p, err = s.selectOne(p.same)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		p, err = s.withAddresses(p)
	}
	var kinds []Kind
	for _, a := range []address{{PhoneKind, string(p.Phone)}, {EmailKind, p.Email}, {WeChatKind, p.WeChat}} {
		if a.value != "" {
			kinds = append(kinds, a.kind)
		}
	}
	return kinds, err
}

// join moves the addresses of id to into, sealed with the other's key, and lets id lead there, with all that led to id.
func (s store) join(id, into string) error {
	rows, err := s.selectAddresses(id)
	if err != nil {
		return err
	}
	if _, err := s.tx.Exec(`DELETE FROM person_address WHERE person_id = $1`, id); err != nil {
		return err
	}
	for _, r := range rows {
		if err := s.vault.Seal(s.tx, into, addressCell(into, r.hash, &r.value)); err != nil {
			return err
		}
		_, err := s.tx.Exec(`INSERT INTO person_address (person_id, kind, hash, value, found, created_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (person_id, kind, hash) DO UPDATE SET found = person_address.found OR excluded.found`,
			into, string(r.kind), r.hash, r.value, r.found, r.at)
		if err != nil {
			return err
		}
	}
	_, err = s.tx.Exec(`UPDATE person_person SET same_as = $1 WHERE id = $2 OR same_as = $2`, into, id)
	return err
}

func selectJoined(tx *db.Tx, id string) ([]string, error) {
	return db.Column(tx, `SELECT id FROM person_person WHERE same_as = $1 ORDER BY id`, id)
}
