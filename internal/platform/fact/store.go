package fact

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// never is the due time of what was given up: no look for due facts steps over it.
func never() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) }

func insert(tx *db.Tx, f Fact, waiting []*runner, now time.Time) error {
	if _, err := tx.Exec(`INSERT INTO fact_log (id, name, subject, at, body) VALUES ($1, $2, $3, $4, $5)`,
		f.ID, f.Name, f.Subject, clock.Ms(f.At), string(f.Body)); err != nil || len(waiting) == 0 {
		return err
	}
	rows, args := make([]string, len(waiting)), []any{f.ID, clock.Ms(now)}
	for i, r := range waiting {
		args = append(args, r.Name)
		rows[i] = "($1, $2, $" + strconv.Itoa(len(args)) + ")"
	}
	_, err := tx.Exec(`INSERT INTO fact_pending (fact_id, due_at, reaction) VALUES `+strings.Join(rows, ", "), args...)
	return err
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

// due is a fact that a reaction has claimed.
type due struct {
	Fact
	at int64 // its due time: with the reaction and the fact the key of the pending row
}

// claim takes up to n due facts that no other transaction has taken, or only the one given.
func claim(tx *db.Tx, reaction string, now time.Time, n int, only *due) ([]due, error) {
	where, args := "", []any{reaction, clock.Ms(now), n}
	if only != nil {
		where, args = " AND p.due_at = $4 AND p.fact_id = $5", append(args, only.at, only.ID)
	}
	return db.Collect(tx, func(row db.Scanner) (d due, err error) {
		err = d.scan(row, &d.at)
		return d, err
	}, `SELECT l.id, l.name, l.subject, l.at, l.body, p.due_at FROM fact_pending p JOIN fact_log l ON l.id = p.fact_id
		WHERE p.reaction = $1 AND NOT p.failed AND p.due_at <= $2`+where+`
		ORDER BY p.due_at, p.fact_id LIMIT $3`+db.SkipLocked(tx, "p"), args...)
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

// remove forgets what was claimed. The due times bound the part of the key that is looked at.
func remove(tx *db.Tx, reaction string, claimed []due) error {
	ids := make([]string, len(claimed))
	for i, d := range claimed {
		ids[i] = d.ID
	}
	list, args := db.List(ids, 4)
	_, err := tx.Exec(`DELETE FROM fact_pending WHERE reaction = $1 AND due_at BETWEEN $2 AND $3 AND fact_id IN (`+list+`)`,
		append([]any{reaction, claimed[0].at, claimed[len(claimed)-1].at}, args...)...)
	return err
}

// countAttempt notes a failed attempt and gives the number of attempts so far.
func countAttempt(tx *db.Tx, reaction string, d due, cause string, now time.Time) (int, error) {
	var attempts int
	err := tx.QueryRow(`SELECT attempts FROM fact_pending WHERE reaction = $1 AND due_at = $2 AND fact_id = $3`,
		reaction, d.at, d.ID).Scan(&attempts)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil // another process has dealt with it meanwhile
	}
	if err != nil {
		return 0, err
	}
	attempts++
	next, failed := now.Add(backoff(attempts)), attempts >= maxAttempts
	if failed {
		next = never()
	}
	_, err = tx.Exec(`UPDATE fact_pending SET attempts = $4, error = $5, due_at = $6, failed = $7
		WHERE reaction = $1 AND due_at = $2 AND fact_id = $3`,
		reaction, d.at, d.ID, attempts, storable(cause), clock.Ms(next), failed)
	return attempts, err
}

// delay makes a fact due later.
func delay(tx *db.Tx, reaction string, d due, at time.Time) error {
	_, err := tx.Exec(`UPDATE fact_pending SET due_at = $4 WHERE reaction = $1 AND due_at = $2 AND fact_id = $3`, reaction, d.at, d.ID, clock.Ms(at))
	return err
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
		err = f.Fact.scan(row, &f.Reaction, &f.Attempts, &f.Error)
		f.ID = failureID(f.Reaction, f.Fact.ID)
		return f, err
	}, `SELECT l.id, l.name, l.subject, l.at, l.body, p.reaction, p.attempts, p.error
		FROM fact_pending p JOIN fact_log l ON l.id = p.fact_id
		WHERE p.failed ORDER BY p.fact_id, p.reaction LIMIT 1000`)
}

func revive(tx *db.Tx, reaction, factID string, now time.Time) (int64, error) {
	return tx.Exec(`UPDATE fact_pending SET attempts = 0, due_at = $3, failed = FALSE WHERE reaction = $1 AND fact_id = $2 AND failed`,
		reaction, factID, clock.Ms(now))
}
