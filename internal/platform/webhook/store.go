package webhook

import (
	"database/sql"
	"errors"
	"strings"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

const endpointColumns = `id, owner, url, types, description, enabled, note, old_until, failing_since, made_at, disabled_at`

func insertEndpoint(tx *db.Tx, e Endpoint, sealed []byte) error {
	_, err := tx.Exec(`INSERT INTO webhook_endpoint (`+endpointColumns+`, secret) VALUES (`+db.In(12, 1)+`)`,
		e.ID, e.Owner, e.URL, strings.Join(e.Types, ","), e.Description, e.Enabled, e.Note, clock.Ms(e.OldUntil), clock.Ms(e.FailingSince),
		clock.Ms(e.Made), clock.Ms(e.Disabled), sealed)
	return err
}

func scanEndpoint(row db.Scanner, more ...any) (e Endpoint, err error) {
	var types string
	var oldUntil, failing, made, disabled int64
	err = row.Scan(append([]any{&e.ID, &e.Owner, &e.URL, &types, &e.Description, &e.Enabled, &e.Note, &oldUntil, &failing, &made, &disabled}, more...)...)
	e.Types = strings.Split(types, ",")
	e.OldUntil, e.FailingSince, e.Made, e.Disabled = clock.FromMs(oldUntil), clock.FromMs(failing), clock.FromMs(made), clock.FromMs(disabled)
	return e, err
}

func scanOne(row db.Scanner) (Endpoint, error) { return scanEndpoint(row) }

func selectEndpoint(tx *db.Tx, id string) (Endpoint, error) {
	e, err := scanEndpoint(tx.QueryRow(`SELECT `+endpointColumns+` FROM webhook_endpoint WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = missing()
	}
	return e, err
}

func selectOf(tx *db.Tx, owner string) ([]Endpoint, error) {
	return db.Collect(tx, scanOne, `SELECT `+endpointColumns+` FROM webhook_endpoint WHERE owner = $1 ORDER BY id`, owner)
}

func selectEnabled(tx *db.Tx) ([]Endpoint, error) {
	return db.Collect(tx, scanOne, `SELECT `+endpointColumns+` FROM webhook_endpoint WHERE enabled ORDER BY id`)
}

func countOf(tx *db.Tx, owner string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM webhook_endpoint WHERE owner = $1`, owner).Scan(&n)
	return n, err
}

// updateEndpoint stores what an owner may change.
func updateEndpoint(tx *db.Tx, e Endpoint) error {
	_, err := tx.Exec(`UPDATE webhook_endpoint SET url = $2, types = $3, description = $4, enabled = $5, note = $6, failing_since = $7, disabled_at = $8
		WHERE id = $1`, e.ID, e.URL, strings.Join(e.Types, ","), e.Description, e.Enabled, e.Note, clock.Ms(e.FailingSince), clock.Ms(e.Disabled))
	return err
}

func rotate(tx *db.Tx, id string, sealed []byte, oldUntil int64) error {
	_, err := tx.Exec(`UPDATE webhook_endpoint SET old_secret = secret, secret = $2, old_until = $3 WHERE id = $1`, id, sealed, oldUntil)
	return err
}

func deleteEndpoint(tx *db.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM webhook_endpoint WHERE id = $1`, id)
	return err
}

// target is where and with which sealed secrets a delivery goes.
type target struct {
	Endpoint
	sealed, old []byte
}

func selectTarget(tx *db.Tx, id string) (t target, err error) {
	t.Endpoint, err = scanEndpoint(tx.QueryRow(`SELECT `+endpointColumns+`, secret, old_secret FROM webhook_endpoint WHERE id = $1`, id), &t.sealed, &t.old)
	if errors.Is(err, sql.ErrNoRows) {
		err = missing()
	}
	return t, err
}

// disable ends an endpoint with a note and fails what waits for it; one that is disabled already keeps its note.
func disable(tx *db.Tx, id, note string, now int64) error {
	n, err := tx.Exec(`UPDATE webhook_endpoint SET enabled = FALSE, note = $2, disabled_at = $3 WHERE id = $1 AND enabled`, id, note, now)
	if err != nil || n == 0 {
		return err
	}
	return failWaiting(tx, id, now)
}

// setFailing notes the first failure after a success; zero forgets it.
func setFailing(tx *db.Tx, id string, since int64) error {
	where := ` AND failing_since = 0`
	if since == 0 {
		where = ` AND failing_since <> 0`
	}
	_, err := tx.Exec(`UPDATE webhook_endpoint SET failing_since = $2 WHERE id = $1`+where, id, since)
	return err
}
