package person

import (
	"database/sql"
	"embed"
	"errors"
	"slices"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/vault"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the persons' tables.
func Schema() db.Schema { return db.Schema{Module: "person", Files: schema} }

// store reads and writes one transaction's persons. Names and addresses go in and out through its vault, under the person's
// own key.
type store struct {
	tx    *db.Tx
	vault *vault.Vault
}

// sealed and opened are the only passage of name and phone into and out of SQL.
func (s store) sealed(p Person) (name, phone string, err error) {
	name, phone = p.Name, string(p.Phone)
	return name, phone, s.vault.Seal(s.tx, p.ID, cells(p.ID, &name, &phone)...)
}

func (s store) opened(people ...Person) ([]Person, error) {
	phones := make([]string, len(people))
	var all []vault.Cell
	for i := range people {
		phones[i] = string(people[i].Phone)
		all = append(all, cells(people[i].ID, &people[i].Name, &phones[i])...)
	}
	err := s.vault.Open(s.tx, all)
	for i := range people {
		people[i].Phone = Phone(phones[i])
	}
	return people, err
}

func cells(id string, name, phone *string) []vault.Cell {
	return []vault.Cell{{Table: "person_person", Column: "name", Row: id, Text: name}, {Table: "person_person", Column: "phone", Row: id, Text: phone}}
}

// ensure inserts p unless its phone is known, fills in a name that was missing, and gives the id.
func (s store) ensure(p Person, indexes []string) (string, error) {
	id, err := selectID(s.tx, indexes)
	if err == nil {
		return id, s.fillName(id, p.Name)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	name, phone, err := s.sealed(p)
	if err != nil {
		return "", err
	}
	n, err := s.tx.Exec(`INSERT INTO person_person (id, name, phone, phone_index, created_at, language)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (phone_index) DO NOTHING`,
		p.ID, name, phone, indexes[0], clock.Ms(p.Since), p.Language)
	if err == nil && n == 0 {
		return "", fault.New(fault.Busy, "person.busy") // it became somebody's at this very moment
	}
	return p.ID, err
}

// fillName keeps a name where there was none.
func (s store) fillName(id, name string) error {
	if name == "" {
		return nil
	}
	var known string
	if err := s.tx.QueryRow(`SELECT name FROM person_person WHERE id = $1`, id).Scan(&known); err != nil || known != "" {
		return err
	}
	name, _, err := s.sealed(Person{ID: id, Name: name})
	if err != nil {
		return err
	}
	_, err = s.tx.Exec(`UPDATE person_person SET name = $1 WHERE id = $2 AND name = ''`, name, id)
	return err
}

func selectID(tx *db.Tx, indexes []string) (id string, err error) {
	err = tx.QueryRow(`SELECT id FROM person_person WHERE phone_index IN (`+db.In(len(indexes), 1)+`)`, db.Args(indexes)...).Scan(&id)
	return id, err
}

// selectIndex gives the blind index of a person's phone, "" when they have none.
func selectIndex(tx *db.Tx, id string) (index string, err error) {
	err = tx.QueryRow(`SELECT COALESCE(phone_index, '') FROM person_person WHERE id = $1`, id).Scan(&index)
	return index, err
}

func selectLanguage(tx *db.Tx, id string) (language string, err error) {
	err = tx.QueryRow(`SELECT language FROM person_person WHERE id = $1`, id).Scan(&language)
	return language, err
}

const columns = `id, name, phone, created_at, language, same_as`

// scan reads a person whose name and phone are still sealed.
func scan(row db.Scanner) (Person, error) {
	var p Person
	var phone string
	var since int64
	err := row.Scan(&p.ID, &p.Name, &phone, &since, &p.Language, &p.same)
	p.Phone, p.Since = Phone(phone), clock.FromMs(since)
	return p, err
}

func (s store) selectOne(id string) (Person, error) {
	p, err := scan(s.tx.QueryRow(`SELECT `+columns+` FROM person_person WHERE id = $1`, id))
	if err != nil {
		return Person{}, err
	}
	people, err := s.opened(p)
	return people[0], err
}

// selectAfter reads people in the order of their ids.
func (s store) selectAfter(id string, limit int) ([]Person, error) {
	people, err := db.Collect(s.tx, scan, `SELECT `+columns+` FROM person_person WHERE id > $1 ORDER BY id LIMIT $2`, id, limit)
	if err != nil {
		return nil, err
	}
	return s.opened(people...)
}

func (s store) selectMany(ids []string) ([]Person, error) {
	var people []Person
	for chunk := range slices.Chunk(ids, 100) {
		some, err := db.Collect(s.tx, scan, `SELECT `+columns+` FROM person_person WHERE id IN (`+db.In(len(chunk), 1)+`)`, db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		people = append(people, some...)
	}
	return s.opened(people...)
}
