package person

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// ensureAddress finds the person of an address, or keeps p as its person; a name that was missing is filled in.
func ensureAddress(tx *db.Tx, p Person, a address, hash string) (string, error) {
	id, err := selectFound(tx, a.kind, hash)
	if err == nil {
		return id, fillName(tx, id, p)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	name, _ := sealed(p)
	_, err = tx.Exec(`INSERT INTO person_person (id, name, phone, phone_index, created_at, language) VALUES ($1, $2, '', NULL, $3, $4)`,
		p.ID, name, clock.Ms(p.Since), p.Language)
	if err != nil {
		return "", err
	}
	return p.ID, insertAddress(tx, p.ID, a, hash, true, p.Since)
}

func fillName(tx *db.Tx, id string, p Person) error {
	name, _ := sealed(p)
	if name == "" {
		return nil
	}
	_, err := tx.Exec(`UPDATE person_person SET name = $1 WHERE id = $2 AND name = ''`, name, id)
	return err
}

// insertAddress keeps an address once per person. Busy when it became another's at this very moment.
func insertAddress(tx *db.Tx, person string, a address, hash string, found bool, at time.Time) error {
	n, err := tx.Exec(`INSERT INTO person_address (person_id, kind, hash, value, found, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT DO NOTHING`, person, string(a.kind), hash, a.value, found, clock.Ms(at))
	if err == nil && n == 0 && found {
		return fault.New(fault.Busy, "person.busy")
	}
	return err
}

func selectFound(tx *db.Tx, kind Kind, hash string) (id string, err error) {
	err = tx.QueryRow(`SELECT person_id FROM person_address WHERE kind = $1 AND hash = $2 AND found`, string(kind), hash).Scan(&id)
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
func selectAddresses(tx *db.Tx, id string) ([]row, error) {
	return db.Collect(tx, func(in db.Scanner) (r row, err error) {
		var kind string
		err = in.Scan(&kind, &r.hash, &r.value, &r.found, &r.at)
		r.kind = Kind(kind)
		return r, err
	}, `SELECT kind, hash, value, found, created_at FROM person_address WHERE person_id = $1
		ORDER BY CASE WHEN found THEN 0 ELSE 1 END, created_at DESC, hash`, id)
}

// withAddresses fills in the addresses beside the phone.
func withAddresses(tx *db.Tx, p Person) (Person, error) {
	rows, err := selectAddresses(tx, p.ID)
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
func selectReach(tx *db.Tx, id string) ([]Kind, error) {
	p, err := selectOne(tx, "id", id)
	if err == nil && p.same != "" {
		p, err = selectOne(tx, "id", p.same)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		p, err = withAddresses(tx, p)
	}
	var kinds []Kind
	for _, a := range []address{{PhoneKind, string(p.Phone)}, {EmailKind, p.Email}, {WeChatKind, p.WeChat}} {
		if a.value != "" {
			kinds = append(kinds, a.kind)
		}
	}
	return kinds, err
}

// join moves the addresses of id to into and lets id lead there, with all that led to id.
func join(tx *db.Tx, id, into string) error {
	rows, err := selectAddresses(tx, id)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM person_address WHERE person_id = $1`, id); err != nil {
		return err
	}
	for _, r := range rows {
		_, err := tx.Exec(`INSERT INTO person_address (person_id, kind, hash, value, found, created_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (person_id, kind, hash) DO UPDATE SET found = person_address.found OR excluded.found`,
			into, string(r.kind), r.hash, r.value, r.found, r.at)
		if err != nil {
			return err
		}
	}
	_, err = tx.Exec(`UPDATE person_person SET same_as = $1 WHERE id = $2 OR same_as = $2`, into, id)
	return err
}

func selectJoined(tx *db.Tx, id string) ([]string, error) {
	return db.Column(tx, `SELECT id FROM person_person WHERE same_as = $1 ORDER BY id`, id)
}
