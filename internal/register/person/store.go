package person

import (
	"embed"
	"slices"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the persons' tables.
func Schema() db.Schema { return db.Schema{Module: "person", Files: schema} }

// sealed and opened are the only passage of name and phone into and out of SQL.
func sealed(p Person) (name, phone string) { return p.Name, string(p.Phone) }

func opened(p Person, name, phone string) Person {
	p.Name, p.Phone = name, Phone(phone)
	return p
}

// ensure inserts p unless its phone is known, fills in a name that was missing, and gives the id.
func ensure(tx *db.Tx, p Person, index string) (string, error) {
	name, phone := sealed(p)
	n, err := tx.Exec(`INSERT INTO person_person (id, name, phone, phone_index, created_at, language)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (phone_index) DO NOTHING`,
		p.ID, name, phone, index, clock.Ms(p.Since), p.Language)
	if err != nil {
		return "", err
	}
	if n == 1 {
		return p.ID, nil
	}
	if name != "" {
		if _, err := tx.Exec(`UPDATE person_person SET name = $1 WHERE phone_index = $2 AND name = ''`, name, index); err != nil {
			return "", err
		}
	}
	return selectID(tx, index)
}

func selectID(tx *db.Tx, index string) (id string, err error) {
	err = tx.QueryRow(`SELECT id FROM person_person WHERE phone_index = $1`, index).Scan(&id)
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

type scanner interface{ Scan(...any) error }

func scan(row scanner) (Person, error) {
	var p Person
	var name, phone string
	var since int64
	if err := row.Scan(&p.ID, &name, &phone, &since, &p.Language, &p.same); err != nil {
		return Person{}, err
	}
	p.Since = clock.FromMs(since)
	return opened(p, name, phone), nil
}

// selectOne reads by id or phone_index; column is never input.
func selectOne(tx *db.Tx, column, value string) (Person, error) {
	return scan(tx.QueryRow(`SELECT `+columns+` FROM person_person WHERE `+column+` = $1`, value))
}

// selectAfter reads people in the order of their ids.
func selectAfter(tx *db.Tx, id string, limit int) ([]Person, error) {
	return db.Collect(tx, func(row db.Scanner) (Person, error) { return scan(row) },
		`SELECT `+columns+` FROM person_person WHERE id > $1 ORDER BY id LIMIT $2`, id, limit)
}

func selectMany(tx *db.Tx, ids []string) ([]Person, error) {
	var people []Person
	for chunk := range slices.Chunk(ids, 100) {
		args := make([]any, len(chunk))
		for i, id := range chunk {
			args[i] = id
		}
		rows, err := tx.Query(`SELECT `+columns+` FROM person_person WHERE id IN (`+db.In(len(chunk), 1)+`)`, args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			p, err := scan(rows)
			if err != nil {
				rows.Close() //nolint:errcheck // the scan's error is the one to tell
				return nil, err
			}
			people = append(people, p)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		rows.Close() //nolint:errcheck // rows.Err was checked
	}
	return people, nil
}
