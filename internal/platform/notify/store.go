package notify

import (
	"fmt"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// outboxRow is a claimed row of notify_outbox.
type outboxRow struct {
	id, key, recipient string
	channel            Channel
	template, args     string
	link               string
	attempts           int // with the one this claim is for
}

// messageRow is a row of notify_message.
type messageRow struct {
	id, template, args, link string
	at, readAt               int64
}

func insertOutbox(tx *db.Tx, id string, m Message, args string, now int64) error {
	_, err := tx.Exec(`INSERT INTO notify_outbox
		(id, key, recipient, channel, template, args, link, state, attempts, next_at, error, created_at, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, '', $9, 0) ON CONFLICT (key) DO NOTHING`,
		id, m.Key, m.To, string(m.Channel), m.Template, args, m.Link, now, now)
	return err
}

// claim takes due rows for one attempt: until the lease ends nobody else takes them.
func claim(tx *db.Tx, limit int, now, until int64) ([]outboxRow, error) {
	out, err := db.Collect(tx, func(row db.Scanner) (r outboxRow, err error) {
		err = row.Scan(&r.id, &r.key, &r.recipient, &r.channel, &r.template, &r.args, &r.link, &r.attempts)
		r.attempts++
		return r, err
	}, `SELECT id, key, recipient, channel, template, args, link, attempts FROM notify_outbox
		WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, id LIMIT $2`+db.SkipLocked(tx), now, limit)
	if err != nil {
		return nil, err
	}
	for _, r := range out {
		if _, err := tx.Exec(`UPDATE notify_outbox SET attempts = $1, next_at = $2 WHERE id = $3`, r.attempts, until, r.id); err != nil {
			return nil, fmt.Errorf("claim %s: %w", r.id, err)
		}
	}
	return out, nil
}

func markSent(tx *db.Tx, r outboxRow, now int64) error {
	_, err := tx.Exec(`UPDATE notify_outbox SET state = 'sent', sent_at = $1, error = '' WHERE id = $2`, now, r.id)
	return err
}

// markUnsent leaves a row alone that was claimed again or marked since.
func markUnsent(tx *db.Tx, r outboxRow, state string, nextAt int64, words string) error {
	_, err := tx.Exec(`UPDATE notify_outbox SET state = $1, next_at = $2, error = $3
		WHERE id = $4 AND attempts = $5 AND state = 'waiting'`, state, nextAt, words, r.id, r.attempts)
	return err
}

func listFailures(tx *db.Tx, limit int) ([]Failure, error) {
	return db.Collect(tx, func(row db.Scanner) (f Failure, err error) {
		var at int64
		err = row.Scan(&f.ID, &f.Key, &f.To, &f.Channel, &f.Template, &f.Attempts, &f.Error, &at)
		f.Created = clock.FromMs(at)
		return f, err
	}, `SELECT id, key, recipient, channel, template, attempts, error, created_at FROM notify_outbox
		WHERE state = 'failed' ORDER BY id DESC LIMIT $1`, limit)
}

func retry(tx *db.Tx, id string, now int64) (int64, error) {
	return tx.Exec(`UPDATE notify_outbox SET state = 'waiting', attempts = 0, next_at = $1
		WHERE id = $2 AND state = 'failed'`, now, id)
}

func insertMessage(tx *db.Tx, id string, m Message, args string, now int64) error {
	_, err := tx.Exec(`INSERT INTO notify_message (id, key, recipient, template, args, link, at, read_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (key) DO NOTHING`,
		id, m.Key, m.To, m.Template, args, m.Link, now)
	return err
}

func countUnread(tx *db.Tx, to string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM notify_message WHERE recipient = $1 AND read_at = 0`, to).Scan(&n)
	return n, err
}

func listMessages(tx *db.Tx, to, before string, limit int) ([]messageRow, error) {
	query, args := `SELECT id, template, args, link, at, read_at FROM notify_message WHERE recipient = $1`, []any{to, limit}
	if before != "" {
		query, args = query+` AND id < $3`, append(args, before)
	}
	return db.Collect(tx, func(row db.Scanner) (r messageRow, err error) {
		err = row.Scan(&r.id, &r.template, &r.args, &r.link, &r.at, &r.readAt)
		return r, err
	}, query+` ORDER BY id DESC LIMIT $2`, args...)
}

func markRead(tx *db.Tx, to string, ids []string, now int64) error {
	query, args := `UPDATE notify_message SET read_at = $1 WHERE recipient = $2 AND read_at = 0`, []any{now, to}
	if len(ids) > 0 {
		query += ` AND id IN (` + db.In(len(ids), 3) + `)`
		for _, id := range ids {
			args = append(args, id)
		}
	}
	_, err := tx.Exec(query, args...)
	return err
}

func markUndelivered(tx *db.Tx, key string, c Channel, words string) error {
	_, err := tx.Exec(`UPDATE notify_outbox SET state = 'failed', error = $1 WHERE key = $2 AND channel = $3 AND state = 'sent'`, words, key, string(c))
	return err
}

func deleteOf(tx *db.Tx, to string) error {
	for _, table := range []string{`notify_message`, `notify_outbox`} {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE recipient = $1`, to); err != nil {
			return err
		}
	}
	return nil
}
