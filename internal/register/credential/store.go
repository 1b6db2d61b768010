package credential

import (
	"database/sql"
	"embed"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of credentials.
func Schema() db.Schema { return db.Schema{Module: "credential", Files: schema} }

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

const credentialColumns = `id, person_id, kind, facts, evidence, form, issued_at, until_at, issued_by, issued_unit, area, ended_at, ended_by, ended_who, reason`

func insertCredential(tx *db.Tx, c Credential) error {
	_, err := tx.Exec(`INSERT INTO credential_credential (`+credentialColumns+`) VALUES (`+db.In(15, 1)+`)`,
		c.ID, c.Person, c.Kind, c.sealed, c.Evidence, c.form, clock.Ms(c.Issued), clock.Ms(c.Until), c.By, c.Unit, c.Area, int64(0), "", "", "")
	return err
}

func scanCredential(row db.Scanner) (c Credential, err error) {
	var issued, until, ended int64
	err = row.Scan(&c.ID, &c.Person, &c.Kind, &c.sealed, &c.Evidence, &c.form, &issued, &until, &c.By, &c.Unit, &c.Area, &ended, &c.EndedBy, &c.EndedWho, &c.Reason)
	c.Issued, c.Until, c.EndedAt = clock.FromMs(issued), clock.FromMs(until), clock.FromMs(ended)
	return c, err
}

// selectBy reads by id or form; column is never input.
func selectBy(tx *db.Tx, column, value string) (Credential, error) {
	return scanCredential(tx.QueryRow(`SELECT `+credentialColumns+` FROM credential_credential WHERE `+column+` = $1`, value))
}

func selectOf(tx *db.Tx, person string) ([]Credential, error) {
	return db.Collect(tx, scanCredential, `SELECT `+credentialColumns+` FROM credential_credential WHERE person_id = $1 ORDER BY issued_at DESC, id DESC`, person)
}

// endCredential ends a credential that has not ended, and its copies.
func endCredential(tx *db.Tx, id, by, who, reason string, at time.Time) error {
	_, err := tx.Exec(`UPDATE credential_credential SET ended_at = $1, ended_by = $2, ended_who = $3, reason = $4 WHERE id = $5 AND ended_at = 0`, clock.Ms(at), by, who, reason, id)
	if err == nil {
		_, err = tx.Exec(`UPDATE credential_copy SET ended_at = $1 WHERE credential_id = $2 AND ended_at = 0`, clock.Ms(at), id)
	}
	return err
}

const copyColumns = `list, place, credential_id, medium, holder, made_at, made_by, until_at, ended_at`

// insertCopy tells whether the place was free.
func insertCopy(tx *db.Tx, c Copy) (free bool, err error) {
	n, err := tx.Exec(`INSERT INTO credential_copy (`+copyColumns+`) VALUES (`+db.In(9, 1)+`) ON CONFLICT DO NOTHING`,
		c.List, c.Place, c.Credential, string(c.Medium), c.Holder, clock.Ms(c.Made), c.MadeBy, clock.Ms(c.Until), int64(0))
	return n == 1, err
}

func scanCopy(row db.Scanner) (c Copy, err error) {
	var made, until, ended int64
	err = row.Scan(&c.List, &c.Place, &c.Credential, &c.Medium, &c.Holder, &made, &c.MadeBy, &until, &ended)
	c.Made, c.Until, c.Ended = clock.FromMs(made), clock.FromMs(until), clock.FromMs(ended)
	return c, err
}

func selectCopies(tx *db.Tx, credential string) ([]Copy, error) {
	return db.Collect(tx, scanCopy, `SELECT `+copyColumns+` FROM credential_copy WHERE credential_id = $1 ORDER BY made_at DESC, place`, credential)
}

func selectCopy(tx *db.Tx, list, place int64) (Copy, error) {
	return scanCopy(tx.QueryRow(`SELECT `+copyColumns+` FROM credential_copy WHERE list = $1 AND place = $2`, list, place))
}

func endCopies(tx *db.Tx, credential string, medium Medium, at time.Time) error {
	_, err := tx.Exec(`UPDATE credential_copy SET ended_at = $1 WHERE credential_id = $2 AND medium = $3 AND ended_at = 0`, clock.Ms(at), credential, string(medium))
	return err
}

// selectLastList gives the newest list and how many of its places are taken; zeros when there is none.
func selectLastList(tx *db.Tx) (list, n int64, err error) {
	err = tx.QueryRow(`SELECT COALESCE(MAX(list), 0) FROM credential_copy`).Scan(&list)
	if err == nil {
		err = tx.QueryRow(`SELECT COUNT(*) FROM credential_copy WHERE list = $1`, list).Scan(&n)
	}
	return list, n, err
}

func selectEnded(tx *db.Tx, list int64) ([]int64, error) {
	number := func(row db.Scanner) (n int64, err error) {
		err = row.Scan(&n)
		return n, err
	}
	return db.Collect(tx, number, `SELECT place FROM credential_copy WHERE list = $1 AND ended_at > 0`, list)
}

func insertNonce(tx *db.Tx, hash, credential string, until time.Time) error {
	_, err := tx.Exec(`INSERT INTO credential_nonce (hash, credential_id, expires_at) VALUES ($1, $2, $3)`, hash, credential, clock.Ms(until))
	return err
}

// useNonce tells whether the question was asked for this credential and not answered yet.
func useNonce(tx *db.Tx, hash, credential string, at time.Time) (bool, error) {
	n, err := tx.Exec(`DELETE FROM credential_nonce WHERE hash = $1 AND credential_id = $2 AND expires_at > $3`, hash, credential, clock.Ms(at))
	return n == 1, err
}

func erase(tx *db.Tx, person string, at time.Time) error {
	const own = `(SELECT id FROM credential_credential WHERE person_id = $1)`
	_, err := tx.Exec(`DELETE FROM credential_nonce WHERE credential_id IN `+own, person)
	if err == nil {
		_, err = tx.Exec(`UPDATE credential_copy SET ended_at = $2 WHERE ended_at = 0 AND credential_id IN `+own, person, clock.Ms(at))
	}
	if err == nil {
		_, err = tx.Exec(`UPDATE credential_copy SET credential_id = '', holder = '', made_by = '' WHERE credential_id IN `+own, person)
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM credential_credential WHERE person_id = $1`, person)
	}
	return err
}

// deleteOld removes what ended before: asks and questions, credentials and copies, counts.
func deleteOld(tx *db.Tx, asks, credentials, counts time.Time) error {
	_, err := tx.Exec(`DELETE FROM credential_ask WHERE expires_at < $1`, clock.Ms(asks))
	if err == nil {
		_, err = tx.Exec(`DELETE FROM credential_nonce WHERE expires_at < $1`, clock.Ms(asks))
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM credential_copy WHERE until_at < $1`, clock.Ms(credentials))
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM credential_credential WHERE until_at < $1`, clock.Ms(credentials))
	}
	if err == nil {
		_, err = tx.Exec(`DELETE FROM credential_count WHERE day < $1`, counts.In(clock.City).Format(time.DateOnly))
	}
	return err
}
