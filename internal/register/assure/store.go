package assure

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

// Schema is the tables of proofs.
func Schema() db.Schema { return db.Schema{Module: "assure", Files: schema} }

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

const columns = `id, person_id, level, method, issuer, subject, document, by_staff, unit, at, until_at, ended_at, ended_by, ended_who`

func insertProof(tx *db.Tx, p Proof) error {
	_, err := tx.Exec(`INSERT INTO assure_proof (`+columns+`) VALUES (`+db.In(14, 1)+`)`,
		p.ID, p.Person, int64(p.Level), string(p.Method), p.Issuer, p.Subject, p.Document, p.By, p.Unit, clock.Ms(p.At), clock.Ms(p.Until), int64(0), "", "")
	return err
}

func scan(row db.Scanner) (p Proof, err error) {
	var at, until, ended int64
	err = row.Scan(&p.ID, &p.Person, &p.Level, &p.Method, &p.Issuer, &p.Subject, &p.Document, &p.By, &p.Unit, &at, &until, &ended, &p.EndedBy, &p.EndedWho)
	p.At, p.Until, p.Ended = clock.FromMs(at), clock.FromMs(until), clock.FromMs(ended)
	return p, err
}

func selectProofs(tx *db.Tx, persons []string) ([]Proof, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM assure_proof WHERE person_id IN (`+db.In(len(persons), 1)+`) ORDER BY id DESC`, db.Args(persons)...)
}

func selectLinked(tx *db.Tx, issuer, subject string) ([]Proof, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM assure_proof WHERE issuer = $1 AND subject = $2 AND subject <> '' AND ended_at = 0`, issuer, subject)
}

func endProof(tx *db.Tx, id, by, who string, at time.Time) error {
	_, err := tx.Exec(`UPDATE assure_proof SET ended_at = $2, ended_by = $3, ended_who = $4 WHERE id = $1 AND ended_at = 0`, id, clock.Ms(at), by, who)
	return err
}

func eraseProofs(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM assure_proof WHERE person_id = $1`, person)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM assure_start WHERE person_id = $1`, person)
	}
	return err
}

func deleteOld(tx *db.Tx, now, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM assure_proof WHERE until_at < $1 OR ended_at > 0 AND ended_at < $1`, clock.Ms(before))
	if err == nil {
		_, err = tx.Exec(`DELETE FROM assure_start WHERE until_at < $1`, clock.Ms(now))
	}
	return err
}

func insertStart(tx *db.Tx, s Start, until time.Time) error {
	_, err := tx.Exec(`INSERT INTO assure_start (state, method, browser, nonce, verifier, person_id, target, until_at) VALUES (`+db.In(8, 1)+`)`,
		digest(s.State), string(s.Method), digest(s.Browser), s.Nonce, s.Verifier, s.Person, s.To, clock.Ms(until))
	return err
}

// selectStart gives a start with the digest of its browser.
func selectStart(tx *db.Tx, state string) (s Start, until time.Time, err error) {
	var at int64
	err = tx.QueryRow(`SELECT method, browser, nonce, verifier, person_id, target, until_at FROM assure_start WHERE state = $1`, state).
		Scan(&s.Method, &s.Browser, &s.Nonce, &s.Verifier, &s.Person, &s.To, &at)
	return s, clock.FromMs(at), err
}

func deleteStart(tx *db.Tx, state string) error {
	_, err := tx.Exec(`DELETE FROM assure_start WHERE state = $1`, state)
	return err
}

// endExpired ends what a service stated long ago, so that its id is free.
func endExpired(tx *db.Tx, issuer, subject string, now time.Time) error {
	_, err := tx.Exec(`UPDATE assure_proof SET ended_at = until_at, ended_by = 'renewed' WHERE issuer = $1 AND subject = $2 AND subject <> '' AND ended_at = 0 AND until_at <= $3`,
		issuer, subject, clock.Ms(now))
	return err
}
