package trail

import (
	"cmp"
	"embed"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the trail's table.
func Schema() db.Schema { return db.Schema{Module: "trail", Files: schema} }

func insert(tx *db.Tx, looks []Look) error {
	var rows []string
	var args []any
	for _, l := range looks {
		rows = append(rows, "("+db.In(12, len(args)+1)+")")
		args = append(args, l.ID, clock.Ms(l.At), l.Person, string(l.Kind), l.Actor, l.Unit,
			l.Purpose, l.Subject, strings.Join(l.Fields, ","), l.Session, l.Salt, l.Grant)
	}
	_, err := tx.Exec(`INSERT INTO trail_look
		(id, at, person_id, actor_kind, actor_id, unit_id, purpose, subject, fields, session, salt, grant_id)
		VALUES `+strings.Join(rows, ","), args...)
	return err
}

// hasLook tells whether there is a row of the reader since an instant. ULIDs begin with their time.
func hasLook(tx *db.Tx, r Reader, field, person string, since time.Time) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM trail_look WHERE actor_id = $1 AND id >= $2 AND person_id = $3 AND subject = $4 AND session = $5
		AND actor_kind = $6 AND ',' || fields || ',' LIKE $7`,
		r.Actor.ID, db.NewID(since)[:10], person, r.Subject, r.Actor.Session, string(r.Actor.Kind), "%,"+field+",%").Scan(&n)
	return n > 0, err
}

// lastID sorts after every ULID, whatever the collation.
const lastID = "8"

// selectByActor reads a page of what some actors looked at.
func selectByActor(tx *db.Tx, ids []string, before string, limit int) ([]Look, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM trail_look WHERE id < $1 AND actor_id IN (`+db.In(len(ids), 3)+`) ORDER BY id DESC LIMIT $2`,
		append([]any{cmp.Or(before, lastID), limit}, db.Args(ids)...)...)
}

// selectShown reads a page of who looked at some persons, as they may know at an instant.
func selectShown(now time.Time) pages {
	return func(tx *db.Tx, ids []string, before string, limit int) ([]Look, error) {
		looks, err := db.Collect(tx, scan, `SELECT `+columns+` FROM trail_look WHERE id < $1 AND person_id IN (`+db.In(len(ids), 4)+`)`+shown+`$3) ORDER BY id DESC LIMIT $2`,
			append([]any{cmp.Or(before, lastID), limit, clock.Ms(now)}, db.Args(ids)...)...)
		if err != nil {
			return nil, err
		}
		return looks, toldLate(tx, looks)
	}
}

// selectShownByID reads a row that the people concerned may know of at an instant.
func selectShownByID(tx *db.Tx, id string, now time.Time) ([]Look, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM trail_look WHERE id = $1`+shown+`$2)`, id, clock.Ms(now))
}

// selectSawers gives who saw a field of which of some persons.
func selectSawers(tx *db.Tx, field string, persons []string) ([]Look, error) {
	return db.Collect(tx, func(row db.Scanner) (l Look, err error) {
		return l, row.Scan(&l.Actor, &l.Person)
	}, `SELECT DISTINCT actor_id, person_id FROM trail_look WHERE person_id IN (`+db.In(len(persons), 4)+`)
		AND actor_kind IN ($1, $2) AND ',' || fields || ',' LIKE $3`,
		append([]any{string(access.Staff), string(access.Partner), "%," + field + ",%"}, db.Args(persons)...)...)
}

const columns = `id, at, person_id, actor_kind, actor_id, unit_id, purpose, subject, fields, session, salt, grant_id`

func scan(row db.Scanner) (l Look, err error) {
	var at int64
	var kind, fields string
	err = row.Scan(&l.ID, &at, &l.Person, &kind, &l.Actor, &l.Unit, &l.Purpose, &l.Subject, &fields, &l.Session, &l.Salt, &l.Grant)
	l.At, l.Kind, l.Fields = clock.FromMs(at), access.Kind(kind), strings.Split(fields, ",")
	return l, err
}

func selectByID(tx *db.Tx, ids []string) ([]Look, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM trail_look WHERE id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
}

// selectAfter reads rows in the order of their ids.
func selectAfter(tx *db.Tx, id string, limit int) ([]Look, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM trail_look WHERE id > $1 ORDER BY id LIMIT $2`, id, limit)
}

// deleteBefore removes some rows whose ids are older than an instant; ULIDs begin with their time.
func deleteBefore(tx *db.Tx, before time.Time, limit int) (int64, error) {
	return tx.Exec(`DELETE FROM trail_look WHERE id IN (SELECT id FROM trail_look WHERE id < $1 ORDER BY id LIMIT $2)`, db.NewID(before)[:10], limit)
}

func selectMark(tx *db.Tx, name string) (place string, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(place), '') FROM trail_mark WHERE name = $1`, name).Scan(&place)
	return place, err
}

func putMark(tx *db.Tx, name, place string) error {
	_, err := tx.Exec(`INSERT INTO trail_mark (name, place) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET place = excluded.place`, name, place)
	return err
}
