package mandate

import (
	"database/sql"
	"embed"
	"errors"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of mandates.
func Schema() db.Schema { return db.Schema{Module: "mandate", Files: schema} }

func missing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

const columns = `id, form, giver, holder_kind, holder, unit, relation, scope, way, basis, proof, noted_by, noted_unit,
	from_at, until_at, given_at, accepted_at, ended_at, ended_by, ended_staff, code, code_until, code_tries`

func insertMandate(tx *db.Tx, m Mandate) error {
	_, err := tx.Exec(`INSERT INTO mandate_mandate (`+columns+`) VALUES (`+db.In(23, 1)+`)`,
		m.ID, m.form, m.Giver, string(m.Kind), m.Holder, m.Unit, m.Relation, strings.Join(m.ScopeWords(), " "), string(m.Way), m.Basis, m.Proof,
		m.NotedBy, m.NotedUnit, clock.Ms(m.From), clock.Ms(m.Until), clock.Ms(m.Given), clock.Ms(m.Accepted), int64(0), "", "",
		m.code, clock.Ms(m.CodeUntil), 0)
	return err
}

func scan(row db.Scanner) (m Mandate, err error) {
	var kind, scope, way string
	var from, until, given, accepted, ended, code int64
	err = row.Scan(&m.ID, &m.form, &m.Giver, &kind, &m.Holder, &m.Unit, &m.Relation, &scope, &way, &m.Basis, &m.Proof, &m.NotedBy, &m.NotedUnit,
		&from, &until, &given, &accepted, &ended, &m.EndedBy, &m.endedStaff, &m.code, &code, &m.tries)
	for _, s := range strings.Fields(scope) {
		m.Scope = append(m.Scope, Scope(s))
	}
	m.Kind, m.Way, m.From, m.Until, m.Given = HolderKind(kind), Way(way), clock.FromMs(from), clock.FromMs(until), clock.FromMs(given)
	m.Accepted, m.Ended, m.CodeUntil = clock.FromMs(accepted), clock.FromMs(ended), clock.FromMs(code)
	return m, err
}

func selectOne(tx *db.Tx, id string) (Mandate, error) {
	return scan(tx.QueryRow(`SELECT `+columns+` FROM mandate_mandate WHERE id = $1`, id))
}

func selectByForm(tx *db.Tx, form string) (Mandate, error) {
	return scan(tx.QueryRow(`SELECT `+columns+` FROM mandate_mandate WHERE form = $1 AND form <> ''`, form))
}

// selectBy reads by a column, newest first; column is never input.
func selectBy(tx *db.Tx, column, value string) ([]Mandate, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM mandate_mandate WHERE `+column+` = $1 ORDER BY id DESC LIMIT 200`, value)
}

func selectHeld(tx *db.Tx, kind HolderKind, holder string) ([]Mandate, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM mandate_mandate WHERE holder_kind = $1 AND holder = $2 AND holder <> '' ORDER BY id DESC LIMIT 200`,
		string(kind), holder)
}

func selectCodes(tx *db.Tx, giver string) ([]Mandate, error) {
	return db.Collect(tx, scan, `SELECT `+columns+` FROM mandate_mandate WHERE giver = $1 AND code <> '' AND ended_at = 0 ORDER BY id`, giver)
}

// claim gives a mandate to whoever entered its code, which is used up.
func claim(tx *db.Tx, id, holder string) error {
	_, err := tx.Exec(`UPDATE mandate_mandate SET holder = $1, code = '' WHERE id = $2`, holder, id)
	return err
}

func countTry(tx *db.Tx, giver string) error {
	_, err := tx.Exec(`UPDATE mandate_mandate SET code_tries = code_tries + 1 WHERE giver = $1 AND code <> ''`, giver)
	return err
}

func accept(tx *db.Tx, id string, at int64) error {
	_, err := tx.Exec(`UPDATE mandate_mandate SET accepted_at = $1 WHERE id = $2`, at, id)
	return err
}

func endMandate(tx *db.Tx, id, by, staff string, at int64) error {
	_, err := tx.Exec(`UPDATE mandate_mandate SET ended_at = $1, ended_by = $2, ended_staff = $3, code = '' WHERE id = $4 AND ended_at = 0`, at, by, staff, id)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM mandate_acting WHERE mandate_id = $1`, id)
	}
	return err
}

func putActing(tx *db.Tx, session, id, holder string, until int64) error {
	_, err := tx.Exec(`INSERT INTO mandate_acting (session, mandate_id, holder, until_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (session) DO UPDATE SET mandate_id = excluded.mandate_id, holder = excluded.holder, until_at = excluded.until_at`, session, id, holder, until)
	return err
}

func selectActing(tx *db.Tx, session string) (id, holder string, until time.Time, err error) {
	var at int64
	err = tx.QueryRow(`SELECT mandate_id, holder, until_at FROM mandate_acting WHERE session = $1`, session).Scan(&id, &holder, &at)
	return id, holder, clock.FromMs(at), err
}

func deleteActing(tx *db.Tx, session string) error {
	_, err := tx.Exec(`DELETE FROM mandate_acting WHERE session = $1`, session)
	return err
}

func selectAttempts(tx *db.Tx, person string) (failed int, since time.Time, err error) {
	var at int64
	err = tx.QueryRow(`SELECT failed, since_at FROM mandate_attempt WHERE person = $1`, person).Scan(&failed, &at)
	if missing(err) {
		return 0, time.Time{}, nil
	}
	return failed, clock.FromMs(at), err
}

func putAttempts(tx *db.Tx, person string, failed int, since time.Time) error {
	_, err := tx.Exec(`INSERT INTO mandate_attempt (person, failed, since_at) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET failed = excluded.failed, since_at = excluded.since_at`, person, failed, clock.Ms(since))
	return err
}

// erase takes out what a person gave, and ends what they hold; of that their id is left, which leads to nobody.
func erase(tx *db.Tx, person string, at int64) error {
	for _, query := range []string{
		`DELETE FROM mandate_acting WHERE holder = $1 OR mandate_id IN (SELECT id FROM mandate_mandate WHERE giver = $1)`,
		`DELETE FROM mandate_mandate WHERE giver = $1`,
		`DELETE FROM mandate_attempt WHERE person = $1`,
	} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`UPDATE mandate_mandate SET ended_at = $1, ended_by = $2 WHERE holder_kind = 'person' AND holder = $3 AND ended_at = 0`, at, byErasure, person)
	return err
}

func deleteOld(tx *db.Tx, now time.Time) error {
	at := clock.Ms(now)
	for _, step := range []struct {
		query string
		arg   int64
	}{
		{`DELETE FROM mandate_acting WHERE until_at <= $1`, at},
		{`DELETE FROM mandate_attempt WHERE since_at <= $1`, clock.Ms(now.Add(-attemptsSpan))},
		{`DELETE FROM mandate_mandate WHERE accepted_at = 0 AND given_at <= $1`, clock.Ms(now.Add(-acceptWithin - 24*time.Hour))},
		{`DELETE FROM mandate_mandate WHERE until_at <= $1 OR ended_at > 0 AND ended_at <= $1`, clock.Ms(now.Add(-Kept))},
	} {
		if _, err := tx.Exec(step.query, step.arg); err != nil {
			return err
		}
	}
	return nil
}
