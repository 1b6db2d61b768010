package identity

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// passkeyRow is a passkey with its public key.
type passkeyRow struct {
	Passkey
	account, site string
	record        webauthn.Credential
}

// insertPasskey tells whether it went in; false when the credential is known.
func insertPasskey(tx *db.Tx, k passkeyRow) (bool, error) {
	record, err := json.Marshal(k.record)
	if err != nil {
		return false, fmt.Errorf("write a passkey: %w", err)
	}
	n, err := tx.Exec(`INSERT INTO identity_passkey (id, account_id, site, handle, name, record, counted, made_at, used_at, copied_at)
		VALUES (`+db.In(10, 1)+`) ON CONFLICT DO NOTHING`,
		k.ID, k.account, k.site, base64.RawURLEncoding.EncodeToString(k.record.ID), k.Name, string(record), int64(k.record.Authenticator.SignCount), ms(k.Made), 0, 0)
	return n == 1, err
}

const passkeyColumns = `SELECT id, account_id, site, name, record, counted, made_at, used_at, copied_at FROM identity_passkey `

func scanPasskey(row db.Scanner) (k passkeyRow, err error) {
	var record string
	var counted, made, used, copied int64
	if err := row.Scan(&k.ID, &k.account, &k.site, &k.Name, &record, &counted, &made, &used, &copied); err != nil {
		return k, err
	}
	if err := json.Unmarshal([]byte(record), &k.record); err != nil {
		return k, fmt.Errorf("read passkey %s: %w", k.ID, err)
	}
	k.record.Authenticator.SignCount = uint32(counted)
	k.Made, k.Used, k.Copied = fromMs(made), fromMs(used), fromMs(copied)
	return k, nil
}

func selectPasskeys(tx *db.Tx, account string) ([]passkeyRow, error) {
	return db.Collect(tx, scanPasskey, passkeyColumns+`WHERE account_id = $1 ORDER BY made_at, id`, account)
}

func selectPasskey(tx *db.Tx, handle string) (passkeyRow, error) {
	return scanPasskey(tx.QueryRow(passkeyColumns+`WHERE handle = $1`, handle))
}

// updatePasskeyUsed keeps counter and flags as the device last said them.
func updatePasskeyUsed(tx *db.Tx, k passkeyRow, at time.Time) error {
	record, err := json.Marshal(k.record)
	if err != nil {
		return fmt.Errorf("write passkey %s: %w", k.ID, err)
	}
	_, err = tx.Exec(`UPDATE identity_passkey SET record = $1, counted = $2, used_at = $3 WHERE id = $4`,
		string(record), int64(k.record.Authenticator.SignCount), clock.Ms(at), k.ID)
	return err
}

func updatePasskeyCopied(tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(`UPDATE identity_passkey SET copied_at = $1 WHERE id = $2`, clock.Ms(at), id)
	return err
}

func deletePasskey(tx *db.Tx, account, id string) (int64, error) {
	return tx.Exec(`DELETE FROM identity_passkey WHERE account_id = $1 AND id = $2`, account, id)
}

func insertChallenge(tx *db.Tx, hash string, c challenge) error {
	record, err := json.Marshal(c.data)
	if err != nil {
		return fmt.Errorf("write a question to a passkey: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO identity_challenge (hash, use, session_id, site, record, expires_at) VALUES (`+db.In(6, 1)+`)`,
		hash, string(c.use), c.session, c.site, string(record), clock.Ms(c.expires))
	return err
}

func selectChallenge(tx *db.Tx, hash string) (c challenge, err error) {
	var record, text string
	var expires int64
	err = tx.QueryRow(`SELECT use, session_id, site, record, expires_at FROM identity_challenge WHERE hash = $1`, hash).Scan(&text, &c.session, &c.site, &record, &expires)
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(record), &c.data); err != nil {
		return c, fmt.Errorf("read a question to a passkey: %w", err)
	}
	c.use, c.expires = use(text), clock.FromMs(expires)
	return c, nil
}

func deleteChallenge(tx *db.Tx, hash string) error {
	_, err := tx.Exec(`DELETE FROM identity_challenge WHERE hash = $1`, hash)
	return err
}

func deleteChallengesBefore(tx *db.Tx, now int64) error {
	_, err := tx.Exec(`DELETE FROM identity_challenge WHERE expires_at <= $1`, now)
	return err
}
