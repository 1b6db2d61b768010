package identity

import (
	"database/sql"
	"embed"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of accounts and sessions.
func Schema() db.Schema { return db.Schema{Module: "identity", Files: schema} }

// accountRow is an account with its secrets.
type accountRow struct {
	Account
	password string
	totp     []byte // sealed; nil when not enrolled
	pending  []byte
}

func null(v string) sql.NullString { return sql.NullString{String: v, Valid: v != ""} }

// insertAccount tells whether the account went in; false when its login or person has one.
func insertAccount(tx *db.Tx, a accountRow, at time.Time) (bool, error) {
	n, err := tx.Exec(`INSERT INTO identity_account
		(id, kind, login, staff_id, person_id, password, totp, totp_step, second_factor, disabled, created_at)
		VALUES (`+db.In(11, 1)+`) ON CONFLICT DO NOTHING`,
		a.ID, string(a.Kind), null(a.Login), null(a.StaffID), null(a.PersonID), a.password, a.totp, 0, a.SecondFactor, a.Disabled, clock.Ms(at))
	return n == 1, err
}

// selectAccount reads by id, login, staff_id or person_id; column is never input.
func selectAccount(tx *db.Tx, column, value string) (accountRow, error) {
	var a accountRow
	var kind string
	var login, staff, person sql.NullString
	err := tx.QueryRow(`SELECT id, kind, login, staff_id, person_id, password, totp, totp_pending, second_factor, disabled
		FROM identity_account WHERE `+column+` = $1 ORDER BY id LIMIT 1`, value).
		Scan(&a.ID, &kind, &login, &staff, &person, &a.password, &a.totp, &a.pending, &a.SecondFactor, &a.Disabled)
	a.Kind, a.Login, a.StaffID, a.PersonID, a.Enrolled = Kind(kind), login.String, staff.String, person.String, a.totp != nil
	return a, err
}

// useAccount marks a code's step as used. It fails when the step was used before, or the account was closed
// or got another password since it was read.
func useAccount(tx *db.Tx, a accountRow, step int64) (bool, error) {
	n, err := tx.Exec(`UPDATE identity_account SET totp_step = CASE WHEN $1 > totp_step THEN $1 ELSE totp_step END
		WHERE id = $2 AND password = $3 AND NOT disabled AND (totp IS NULL OR totp_step < $1)`, step, a.ID, a.password)
	return n == 1, err
}

func updatePassword(tx *db.Tx, id, hash string) error {
	_, err := tx.Exec(`UPDATE identity_account SET password = $1 WHERE id = $2`, hash, id)
	return err
}

func updateDisabled(tx *db.Tx, id string, disabled bool) error {
	_, err := tx.Exec(`UPDATE identity_account SET disabled = $1 WHERE id = $2`, disabled, id)
	return err
}

func updatePending(tx *db.Tx, id string, sealed []byte) error {
	_, err := tx.Exec(`UPDATE identity_account SET totp_pending = $1 WHERE id = $2`, sealed, id)
	return err
}

func updateConfirmed(tx *db.Tx, id string, sealed []byte, step int64) error {
	_, err := tx.Exec(`UPDATE identity_account SET totp = $1, totp_pending = NULL, totp_step = $2 WHERE id = $3`, sealed, step, id)
	return err
}

func selectAttempt(tx *db.Tx, key string) (failed, until, at int64, err error) {
	err = tx.QueryRow(`SELECT failed, wait_until, at FROM identity_attempt WHERE login_index = $1`, key).Scan(&failed, &until, &at)
	return failed, until, at, err
}

func upsertAttempt(tx *db.Tx, key string, failed int64, until, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO identity_attempt (login_index, failed, wait_until, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (login_index) DO UPDATE SET failed = excluded.failed, wait_until = excluded.wait_until, at = excluded.at`,
		key, failed, clock.Ms(until), clock.Ms(at))
	return err
}

func deleteAttempt(tx *db.Tx, key string) error {
	_, err := tx.Exec(`DELETE FROM identity_attempt WHERE login_index = $1`, key)
	return err
}

// code is a row of identity_code; an empty hash is a code used up.
type code struct {
	person, hash                            string
	tries, sent, firstAt, sentAt, expiresAt int64
}

func selectCode(tx *db.Tx, key string) (c code, err error) {
	err = tx.QueryRow(`SELECT person_id, hash, tries, sent, first_at, sent_at, expires_at FROM identity_code WHERE phone_index = $1`, key).
		Scan(&c.person, &c.hash, &c.tries, &c.sent, &c.firstAt, &c.sentAt, &c.expiresAt)
	return c, err
}

func upsertCode(tx *db.Tx, key string, c code) error {
	_, err := tx.Exec(`INSERT INTO identity_code (phone_index, person_id, hash, tries, sent, first_at, sent_at, expires_at)
		VALUES (`+db.In(8, 1)+`)
		ON CONFLICT (phone_index) DO UPDATE SET person_id = excluded.person_id, hash = excluded.hash, tries = excluded.tries,
		sent = excluded.sent, first_at = excluded.first_at, sent_at = excluded.sent_at, expires_at = excluded.expires_at`,
		key, c.person, c.hash, c.tries, c.sent, c.firstAt, c.sentAt, c.expiresAt)
	return err
}

func addTry(tx *db.Tx, key string) error {
	_, err := tx.Exec(`UPDATE identity_code SET tries = tries + 1 WHERE phone_index = $1`, key)
	return err
}

// useCode leaves the row, so that the pause and the day's count still hold.
func useCode(tx *db.Tx, key string) error {
	_, err := tx.Exec(`UPDATE identity_code SET hash = '' WHERE phone_index = $1`, key)
	return err
}

// selectCodeOf finds the newest code of a person with the index of the phone it was sent to.
func selectCodeOf(tx *db.Tx, person string) (key string, c code, err error) {
	err = tx.QueryRow(`SELECT phone_index, hash, tries, expires_at FROM identity_code WHERE person_id = $1 ORDER BY sent_at DESC LIMIT 1`, person).
		Scan(&key, &c.hash, &c.tries, &c.expiresAt)
	return key, c, err
}
