package trail

import (
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
		rows = append(rows, "("+db.In(10, len(args)+1)+")")
		args = append(args, l.ID, clock.Ms(l.At), l.Person, string(l.Kind), l.Actor, l.Unit,
			l.Purpose, l.Subject, strings.Join(l.Fields, ","), l.Session)
	}
	_, err := tx.Exec(`INSERT INTO trail_look
		(id, at, person_id, actor_kind, actor_id, unit_id, purpose, subject, fields, session)
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

// selectBy reads a page by one of the two indexed columns; column is never input.
func selectBy(tx *db.Tx, column string, ids []string, before string, limit int) ([]Look, error) {
	if before == "" {
		before = "8" // sorts after every ULID, whatever the collation
	}
	return db.Collect(tx, func(row db.Scanner) (l Look, err error) {
		var at int64
		var kind, fields string
		err = row.Scan(&l.ID, &at, &l.Person, &kind, &l.Actor, &l.Unit, &l.Purpose, &l.Subject, &fields, &l.Session)
		l.At, l.Kind, l.Fields = clock.FromMs(at), access.Kind(kind), strings.Split(fields, ",")
		return l, err
	}, `SELECT id, at, person_id, actor_kind, actor_id, unit_id, purpose, subject, fields, session
		FROM trail_look WHERE id < $1 AND `+column+` IN (`+db.In(len(ids), 3)+`) ORDER BY id DESC LIMIT $2`,
		append([]any{before, limit}, db.Args(ids)...)...)
}
