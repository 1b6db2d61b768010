package identity

import (
	"database/sql"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

func insertSession(tx *db.Tx, hash string, s Session) error {
	_, err := tx.Exec(`INSERT INTO identity_session (hash, id, account_id, agent, created_at, seen_at, expires_at, proved_at, proved_by)
		VALUES (`+db.In(9, 1)+`)`,
		hash, s.ID, s.Account, s.Agent, clock.Ms(s.CreatedAt), clock.Ms(s.SeenAt), clock.Ms(s.ExpiresAt), ms(s.ProvedAt), string(s.ProvedBy))
	return err
}

const sessionColumns = `SELECT s.id, a.kind, a.id, a.staff_id, a.person_id, s.agent, s.created_at, s.seen_at, s.expires_at, s.proved_at, s.proved_by
	FROM identity_session s JOIN identity_account a ON a.id = s.account_id AND NOT a.disabled `

func scanSession(row db.Scanner) (Session, error) {
	var s Session
	var kind string
	var staff, person sql.NullString
	var created, seen, expires, proved int64
	var by string
	err := row.Scan(&s.ID, &kind, &s.Account, &staff, &person, &s.Agent, &created, &seen, &expires, &proved, &by)
	s.Kind, s.StaffID, s.PersonID = Kind(kind), staff.String, person.String
	s.CreatedAt, s.SeenAt, s.ExpiresAt = clock.FromMs(created), clock.FromMs(seen), clock.FromMs(expires)
	s.ProvedAt, s.ProvedBy = fromMs(proved), Proof(by)
	return s, err
}

func selectSession(tx *db.Tx, hash string) (Session, error) {
	return scanSession(tx.QueryRow(sessionColumns+`WHERE s.hash = $1`, hash))
}

func selectSessions(tx *db.Tx, account string) ([]Session, error) {
	return db.Collect(tx, scanSession, sessionColumns+`WHERE s.account_id = $1 ORDER BY s.created_at DESC, s.id DESC`, account)
}

func updateProved(tx *db.Tx, session string, at time.Time, by Proof) error {
	_, err := tx.Exec(`UPDATE identity_session SET proved_at = $1, proved_by = $2 WHERE id = $3`, clock.Ms(at), string(by), session)
	return err
}

func updateSeen(tx *db.Tx, hash string, at time.Time) error {
	_, err := tx.Exec(`UPDATE identity_session SET seen_at = $1 WHERE hash = $2`, clock.Ms(at), hash)
	return err
}

// deleteSession ends a session by hash or id, of one account unless account is empty; column is never input.
func deleteSession(tx *db.Tx, column, value, account string) error {
	_, err := tx.Exec(`DELETE FROM identity_session WHERE `+column+` = $1 AND ($2 = '' OR account_id = $2)`, value, account)
	return err
}

func deleteSessionsBut(tx *db.Tx, account, keep string) error {
	_, err := tx.Exec(`DELETE FROM identity_session WHERE account_id = $1 AND id <> $2`, account, keep)
	return err
}

// deleteOld removes sessions and codes that ended before now, and attempts before a day ago. A code's row is
// kept for a day because it counts the codes sent.
func deleteOld(tx *db.Tx, now, dayAgo int64) error {
	if _, err := tx.Exec(`DELETE FROM identity_session WHERE expires_at <= $1`, now); err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM identity_code WHERE sent_at < $1`, dayAgo); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM identity_attempt WHERE at < $1`, dayAgo)
	return err
}

func countLive(tx *db.Tx, now int64) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM identity_session WHERE expires_at > $1`, now).Scan(&n)
	return n, err
}
