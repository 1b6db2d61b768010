package webhook

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// delivery is a row to be sent.
type delivery struct {
	id, endpoint, message, kind, body string
	attempts                          int // in all, with the one a claim is for
	tries                             int // since it was posted or replayed
	made                              int64
}

func insertDelivery(tx *db.Tx, d delivery) error {
	_, err := tx.Exec(`INSERT INTO webhook_delivery (id, endpoint_id, message_id, type, body, state, attempts, tries, next_at, made_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, $6, $7, 0)`, d.id, d.endpoint, d.message, d.kind, d.body, d.made, d.made)
	return err
}

// dueEndpoints lists the enabled endpoints for which something is due.
func dueEndpoints(tx *db.Tx, now int64) ([]string, error) {
	return db.Column(tx, `SELECT e.id FROM webhook_endpoint e WHERE e.enabled AND EXISTS (SELECT 1 FROM webhook_delivery d
		WHERE d.endpoint_id = e.id AND d.state = 'waiting' AND d.next_at <= $1) ORDER BY e.id`, now)
}

// claim takes due rows of an endpoint for one attempt: until the lease ends nobody else takes them.
func claim(tx *db.Tx, endpoint string, limit int, now, until int64) ([]delivery, error) {
	out, err := db.Collect(tx, func(row db.Scanner) (d delivery, err error) {
		err = row.Scan(&d.id, &d.endpoint, &d.message, &d.kind, &d.body, &d.attempts, &d.tries, &d.made)
		d.attempts++
		d.tries++
		return d, err
	}, `SELECT id, endpoint_id, message_id, type, body, attempts, tries, made_at FROM webhook_delivery
		WHERE endpoint_id = $1 AND state = 'waiting' AND next_at <= $2 ORDER BY next_at, id LIMIT $3`+db.SkipLocked(tx), endpoint, now, limit)
	if err != nil {
		return nil, err
	}
	for _, d := range out {
		if _, err := tx.Exec(`UPDATE webhook_delivery SET attempts = $2, tries = $3, next_at = $4 WHERE id = $1`, d.id, d.attempts, d.tries, until); err != nil {
			return nil, fmt.Errorf("claim %s: %w", d.id, err)
		}
	}
	return out, nil
}

// unclaim gives back a row whose attempt was broken off here: it never was one.
func unclaim(tx *db.Tx, d delivery, now int64) error {
	_, err := tx.Exec(`UPDATE webhook_delivery SET attempts = attempts - 1, tries = tries - 1, next_at = $3
		WHERE id = $1 AND attempts = $2 AND state = 'waiting'`, d.id, d.attempts, now)
	return err
}

// mark stores how an attempt ended, unless somebody has taken the row over since, and tells whether it did.
func mark(tx *db.Tx, d delivery, s State, next, ended int64) (bool, error) {
	n, err := tx.Exec(`UPDATE webhook_delivery SET state = $3, next_at = $4, ended_at = $5
		WHERE id = $1 AND attempts = $2 AND state = 'waiting'`, d.id, d.attempts, string(s), next, ended)
	return n == 1, err
}

func insertAttempt(tx *db.Tx, id string, a Attempt) error {
	_, err := tx.Exec(`INSERT INTO webhook_attempt (delivery_id, n, at, took_ms, status, error, answer) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (delivery_id, n) DO NOTHING`, id, a.N, clock.Ms(a.At), a.Took.Milliseconds(), a.Status, a.Error, a.Answer)
	return err
}

func failWaiting(tx *db.Tx, endpoint string, now int64) error {
	_, err := tx.Exec(`UPDATE webhook_delivery SET state = 'failed', ended_at = $2 WHERE endpoint_id = $1 AND state = 'waiting'`, endpoint, now)
	return err
}

// restart puts ended rows back to wait, with their tries counted anew.
func restart(tx *db.Tx, now int64, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(`UPDATE webhook_delivery SET state = 'waiting', tries = 0, next_at = $1, ended_at = 0
		WHERE state <> 'waiting' AND id IN (`+db.In(len(ids), 2)+`)`, append([]any{now}, db.Args(ids)...)...)
	return err
}

// endedSince lists ended deliveries by id, behind the one given.
func endedSince(tx *db.Tx, endpoint string, since int64, all bool, after string, limit int) ([]string, error) {
	states := `'failed'`
	if all {
		states = `'failed', 'done'`
	}
	return db.Column(tx, `SELECT id FROM webhook_delivery WHERE endpoint_id = $1 AND id > $2 AND made_at >= $3 AND state IN (`+states+`)
		ORDER BY id LIMIT $4`, endpoint, after, since, limit)
}

const deliveryColumns = `id, message_id, type, body, state, attempts, made_at, next_at, ended_at`

func scanDelivery(row db.Scanner) (d Delivery, err error) {
	var made, next, ended int64
	err = row.Scan(&d.ID, &d.Message, &d.Type, &d.Body, &d.State, &d.Attempts, &made, &next, &ended)
	d.Made, d.Ended = clock.FromMs(made), clock.FromMs(ended)
	if d.State == Waiting {
		d.Next = clock.FromMs(next)
	}
	return d, err
}

func selectDeliveries(tx *db.Tx, endpoint string, s State, before string, limit int) ([]Delivery, error) {
	query, args := `SELECT `+deliveryColumns+` FROM webhook_delivery WHERE endpoint_id = $1 AND ($2 = '' OR state = $2)`, []any{endpoint, string(s), limit}
	if before != "" {
		query, args = query+` AND id < $4`, append(args, before)
	}
	return db.Collect(tx, scanDelivery, query+` ORDER BY id DESC LIMIT $3`, args...)
}

func selectDelivery(tx *db.Tx, endpoint, id string) (Delivery, error) {
	d, err := scanDelivery(tx.QueryRow(`SELECT `+deliveryColumns+` FROM webhook_delivery WHERE id = $1 AND endpoint_id = $2`, id, endpoint))
	if errors.Is(err, sql.ErrNoRows) {
		err = missing()
	}
	return d, err
}

func selectAttempts(tx *db.Tx, id string) ([]Attempt, error) {
	return db.Collect(tx, func(row db.Scanner) (a Attempt, err error) {
		var at, took int64
		err = row.Scan(&a.N, &at, &took, &a.Status, &a.Error, &a.Answer)
		a.At, a.Took = clock.FromMs(at), time.Duration(took)*time.Millisecond
		return a, err
	}, `SELECT n, at, took_ms, status, error, answer FROM webhook_attempt WHERE delivery_id = $1 ORDER BY n`, id)
}

// deleteDeliveries removes up to limit deliveries of an endpoint, and tells whether there may be more.
func deleteDeliveries(tx *db.Tx, endpoint string, limit int) (bool, error) {
	ids, err := db.Column(tx, `SELECT id FROM webhook_delivery WHERE endpoint_id = $1 LIMIT $2`, endpoint, limit)
	if err != nil {
		return false, err
	}
	return len(ids) > 0, deleteByID(tx, ids)
}

// deleteEnded removes up to limit deliveries that ended before a moment, and tells whether there may be more.
func deleteEnded(tx *db.Tx, before int64, limit int) (bool, error) {
	ids, err := db.Column(tx, `SELECT id FROM webhook_delivery WHERE ended_at > 0 AND ended_at < $1 LIMIT $2`, before, limit)
	if err != nil {
		return false, err
	}
	return len(ids) == limit, deleteByID(tx, ids)
}

func deleteByID(tx *db.Tx, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if _, err := tx.Exec(`DELETE FROM webhook_attempt WHERE delivery_id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM webhook_delivery WHERE id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
	return err
}
