package fact

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

func insert(tx *db.Tx, f Fact, waiting []*runner, now time.Time) error {
	if _, err := tx.Exec(`INSERT INTO fact_log (id, name, subject, at, body) VALUES ($1, $2, $3, $4, $5)`,
		f.ID, f.Name, f.Subject, clock.Ms(f.At), string(f.Body)); err != nil {
		return err
	}
	for _, r := range waiting {
		if _, err := tx.Exec(`INSERT INTO fact_pending (reaction, fact_id, due_at) VALUES ($1, $2, $3)`,
			r.Name, f.ID, clock.Ms(now)); err != nil {
			return err
		}
	}
	return nil
}

func exists(tx *db.Tx, reaction string, now time.Time) (bool, error) {
	var one int
	err := tx.QueryRow(`SELECT 1 FROM fact_pending WHERE reaction = $1 AND NOT failed AND due_at <= $2 LIMIT 1`,
		reaction, clock.Ms(now)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// claim takes up to n due facts that no other transaction has taken, or only the one given.
func claim(tx *db.Tx, reaction string, now time.Time, n int, only *Fact) ([]Fact, error) {
	where, args := "", []any{reaction, clock.Ms(now), n}
	if only != nil {
		where, args = " AND fact_id = $4", append(args, only.ID)
	}
	ids, err := db.Column(tx, `SELECT fact_id FROM fact_pending
		WHERE reaction = $1 AND NOT failed AND due_at <= $2`+where+`
		ORDER BY due_at, fact_id LIMIT $3`+db.SkipLocked(tx), args...)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return selectFacts(tx, ids)
}

func selectFacts(tx *db.Tx, ids []string) ([]Fact, error) {
	return db.Collect(tx, func(row db.Scanner) (f Fact, err error) {
		err = f.scan(row)
		return f, err
	}, `SELECT id, name, subject, at, body FROM fact_log WHERE id IN (`+db.In(len(ids), 1)+`) ORDER BY id`, db.Args(ids)...)
}

// scan reads id, name, subject, at, body, then more.
func (f *Fact) scan(row db.Scanner, more ...any) error {
	var at int64
	var body string
	if err := row.Scan(append([]any{&f.ID, &f.Name, &f.Subject, &at, &body}, more...)...); err != nil {
		return err
	}
	f.At, f.Body = clock.FromMs(at), []byte(body)
	return nil
}

func remove(tx *db.Tx, reaction string, facts []Fact) error {
	args := []any{reaction}
	for _, f := range facts {
		args = append(args, f.ID)
	}
	_, err := tx.Exec(`DELETE FROM fact_pending WHERE reaction = $1 AND fact_id IN (`+db.In(len(facts), 2)+`)`, args...)
	return err
}

// countAttempt notes a failed attempt and gives the number of attempts so far.
func countAttempt(tx *db.Tx, reaction, factID, cause string, now time.Time) (int, error) {
	var attempts int
	err := tx.QueryRow(`SELECT attempts FROM fact_pending WHERE reaction = $1 AND fact_id = $2`, reaction, factID).Scan(&attempts)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil // another process has dealt with it meanwhile
	}
	if err != nil {
		return 0, err
	}
	attempts++
	_, err = tx.Exec(`UPDATE fact_pending SET attempts = $3, error = $4, due_at = $5, failed = $6 WHERE reaction = $1 AND fact_id = $2`,
		reaction, factID, attempts, storable(cause), clock.Ms(now.Add(backoff(attempts))), attempts >= maxAttempts)
	return attempts, err
}

// storable cuts an error's text to 1,000 characters and drops what PostgreSQL cannot store.
func storable(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "")
	if runes := []rune(text); len(runes) > 1000 {
		text = string(runes[:1000])
	}
	return text
}

func selectFailures(tx *db.Tx) ([]Failure, error) {
	return db.Collect(tx, func(row db.Scanner) (f Failure, err error) {
		var due int64
		err = f.Fact.scan(row, &f.Reaction, &f.Attempts, &f.Error, &due)
		f.ID, f.Due = failureID(f.Reaction, f.Fact.ID), clock.FromMs(due)
		return f, err
	}, `SELECT l.id, l.name, l.subject, l.at, l.body, p.reaction, p.attempts, p.error, p.due_at
		FROM fact_pending p JOIN fact_log l ON l.id = p.fact_id
		WHERE p.failed ORDER BY p.fact_id, p.reaction LIMIT 1000`)
}

func revive(tx *db.Tx, reaction, factID string, now time.Time) (int64, error) {
	return tx.Exec(`UPDATE fact_pending SET attempts = 0, due_at = $3, failed = FALSE WHERE reaction = $1 AND fact_id = $2 AND failed`,
		reaction, factID, clock.Ms(now))
}
