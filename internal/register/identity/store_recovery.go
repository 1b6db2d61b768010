package identity

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// bareAccount leaves an account with no way in: a password nobody has, no second factor, no passkey.
func bareAccount(tx *db.Tx, account, nobody string) error {
	if _, err := tx.Exec(`UPDATE identity_account SET password = $1, totp = NULL, totp_pending = NULL WHERE id = $2`, nobody, account); err != nil {
		return err
	}
	return deletePasskeysOf(tx, account)
}

func upsertSetup(tx *db.Tx, account, hash, by string, expires time.Time) error {
	_, err := tx.Exec(`INSERT INTO identity_setup (account_id, hash, made_by, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, made_by = excluded.made_by, expires_at = excluded.expires_at`,
		account, hash, by, clock.Ms(expires))
	return err
}

func selectSetup(tx *db.Tx, account string) (hash string, expires int64, err error) {
	err = tx.QueryRow(`SELECT hash, expires_at FROM identity_setup WHERE account_id = $1`, account).Scan(&hash, &expires)
	return hash, expires, err
}

func deleteSetup(tx *db.Tx, account string) error {
	_, err := tx.Exec(`DELETE FROM identity_setup WHERE account_id = $1`, account)
	return err
}

func deleteSetupsBefore(tx *db.Tx, now int64) error {
	_, err := tx.Exec(`DELETE FROM identity_setup WHERE expires_at <= $1`, now)
	return err
}

func hasSheet(tx *db.Tx, number string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM identity_sheet WHERE number = $1`, number).Scan(&n)
	return n > 0, err
}

func insertSheet(tx *db.Tx, account string, s Sheet) error {
	_, err := tx.Exec(`INSERT INTO identity_sheet (account_id, number, made_at, made_by) VALUES ($1, $2, $3, $4)`, account, s.Number, clock.Ms(s.Made), s.By)
	return err
}

func insertSheetCode(tx *db.Tx, account, hash string) error {
	_, err := tx.Exec(`INSERT INTO identity_sheet_code (account_id, hash, used_at) VALUES ($1, $2, 0)`, account, hash)
	return err
}

func selectSheet(tx *db.Tx, account string) (s Sheet, err error) {
	var made int64
	err = tx.QueryRow(`SELECT number, made_at, made_by, (SELECT count(*) FROM identity_sheet_code c WHERE c.account_id = s.account_id AND c.used_at = 0)
		FROM identity_sheet s WHERE account_id = $1`, account).Scan(&s.Number, &made, &s.By, &s.Left)
	s.Made = fromMs(made)
	return s, err
}

// spendSheetCode uses a code up and gives whose it was; "" when there is none that is good.
func spendSheetCode(tx *db.Tx, number, hash string, at time.Time) (account string, err error) {
	err = tx.QueryRow(`SELECT account_id FROM identity_sheet WHERE number = $1`, number).Scan(&account)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	n, err := tx.Exec(`UPDATE identity_sheet_code SET used_at = $1 WHERE account_id = $2 AND hash = $3 AND used_at = 0`, clock.Ms(at), account, hash)
	if n != 1 {
		account = ""
	}
	return account, err
}

func deleteSheet(tx *db.Tx, account string) error {
	if _, err := tx.Exec(`DELETE FROM identity_sheet_code WHERE account_id = $1`, account); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM identity_sheet WHERE account_id = $1`, account)
	return err
}

func deletePasskeysOf(tx *db.Tx, account string) error {
	_, err := tx.Exec(`DELETE FROM identity_passkey WHERE account_id = $1`, account)
	return err
}

func insertRecovery(tx *db.Tx, r Recovery) error {
	_, err := tx.Exec(`INSERT INTO identity_recovery (id, person_id, unit, document, asked_by, asked_at, decided_by, decided_at, granted)
		VALUES (`+db.In(9, 1)+`)`, r.ID, r.Person, r.Unit, r.Document, r.AskedBy, clock.Ms(r.Asked), "", 0, false)
	return err
}

const recoveryColumns = `SELECT id, person_id, unit, document, asked_by, asked_at, decided_by, decided_at, granted FROM identity_recovery `

func scanRecovery(row db.Scanner) (r Recovery, err error) {
	var asked, decided int64
	err = row.Scan(&r.ID, &r.Person, &r.Unit, &r.Document, &r.AskedBy, &asked, &r.By, &decided, &r.Granted)
	r.Asked, r.Decided = fromMs(asked), fromMs(decided)
	return r, err
}

func selectRecovery(tx *db.Tx, id string) (Recovery, error) {
	return scanRecovery(tx.QueryRow(recoveryColumns+`WHERE id = $1`, id))
}

func selectRecoveries(tx *db.Tx, unit string, since int64) ([]Recovery, error) {
	return db.Collect(tx, scanRecovery, recoveryColumns+`WHERE unit = $1 AND decided_at = 0 AND asked_at > $2 ORDER BY asked_at, id`, unit, since)
}

func countRecoveries(tx *db.Tx, person string, since int64) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM identity_recovery WHERE person_id = $1 AND decided_at = 0 AND asked_at > $2`, person, since).Scan(&n)
	return n, err
}

// updateRecovery notes what was decided.
func updateRecovery(tx *db.Tx, r Recovery) error {
	_, err := tx.Exec(`UPDATE identity_recovery SET decided_by = $1, decided_at = $2, granted = $3 WHERE id = $4`, r.By, clock.Ms(r.Decided), r.Granted, r.ID)
	return err
}
