package wechat

import (
	"database/sql"
	"errors"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// talk is how far a chat is.
type talk struct {
	person  string
	ended   bool   // the user is done; pictures are still being fetched
	proving string // the person whose phone is being proven
}

func selectTalk(tx *db.Tx, person string) (talk, error) {
	t := talk{person: person}
	err := tx.QueryRow(`SELECT ended, proving FROM channel_talk WHERE person_id = $1`, person).Scan(&t.ended, &t.proving)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return t, err
}

func upsertTalk(tx *db.Tx, t talk, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO channel_talk (person_id, ended, proving, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person_id) DO UPDATE SET ended = excluded.ended, proving = excluded.proving, at = excluded.at`, t.person, t.ended, t.proving, clock.Ms(at))
	return err
}

func deleteTalk(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM channel_talk WHERE person_id = $1`, person)
	return err
}

// selectEnded lists who is done and has no picture left to fetch.
func selectEnded(tx *db.Tx, limit int) ([]string, error) {
	return db.Column(tx, `SELECT person_id FROM channel_talk WHERE ended
		AND NOT EXISTS (SELECT 1 FROM channel_media WHERE channel_media.person_id = channel_talk.person_id) ORDER BY at LIMIT $1`, limit)
}

// media is a picture to be fetched.
type media struct {
	id, person, media string
	ordinal, attempts int64
}

func insertMedia(tx *db.Tx, m media, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO channel_media (id, person_id, media, ordinal, attempts, next_at) VALUES ($1, $2, $3, $4, 0, $5)`,
		m.id, m.person, m.media, m.ordinal, clock.Ms(at))
	return err
}

func countMedia(tx *db.Tx, person string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM channel_media WHERE person_id = $1`, person).Scan(&n)
	return n, err
}

// claimMedia takes due pictures for one attempt: until the lease ends nobody else takes them.
func claimMedia(tx *db.Tx, limit int, now, until time.Time) ([]media, error) {
	list, err := db.Collect(tx, func(row db.Scanner) (m media, err error) {
		err = row.Scan(&m.id, &m.person, &m.media, &m.ordinal, &m.attempts)
		m.attempts++
		return m, err
	}, `SELECT id, person_id, media, ordinal, attempts FROM channel_media WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2`+db.SkipLocked(tx), clock.Ms(now), limit)
	for _, m := range list {
		if err == nil {
			_, err = tx.Exec(`UPDATE channel_media SET attempts = $1, next_at = $2 WHERE id = $3`, m.attempts, clock.Ms(until), m.id)
		}
	}
	return list, err
}

// deleteMedia tells whether the picture was still to be fetched, and for whom.
func deleteMedia(tx *db.Tx, id string) (person string, ok bool, err error) {
	err = tx.QueryRow(`DELETE FROM channel_media WHERE id = $1 RETURNING person_id`, id).Scan(&person)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return person, err == nil, err
}

func updateMediaNext(tx *db.Tx, id string, at time.Time) error {
	_, err := tx.Exec(`UPDATE channel_media SET next_at = $1 WHERE id = $2`, clock.Ms(at), id)
	return err
}

// dropMedia forgets the pictures of a chat that was taken back.
func dropMedia(tx *db.Tx, person string) error {
	_, err := tx.Exec(`DELETE FROM channel_media WHERE person_id = $1`, person)
	return err
}

// moveTalk lets what hangs on one person hang on another who is the same.
func moveTalk(tx *db.Tx, from, to string) error {
	if _, err := tx.Exec(`UPDATE channel_media SET person_id = $1 WHERE person_id = $2`, to, from); err != nil {
		return err
	}
	return deleteTalk(tx, from)
}

// token is the access token as stored.
type token struct {
	sealed         string
	until, renewal int64
}

func selectToken(tx *db.Tx, name string) (t token, err error) {
	err = tx.QueryRow(`SELECT sealed, until, renewal FROM channel_token WHERE name = $1`, name).Scan(&t.sealed, &t.until, &t.renewal)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return t, err
}

// claimToken tells whether this process may renew the token until the lease ends.
func claimToken(tx *db.Tx, name string, now, lease time.Time) (bool, error) {
	n, err := tx.Exec(`INSERT INTO channel_token (name, sealed, until, renewal) VALUES ($1, '', 0, $2)
		ON CONFLICT (name) DO UPDATE SET renewal = excluded.renewal WHERE channel_token.renewal < $3`, name, clock.Ms(lease), clock.Ms(now))
	return n == 1, err
}

func updateToken(tx *db.Tx, name, sealed string, until time.Time) error {
	_, err := tx.Exec(`UPDATE channel_token SET sealed = $1, until = $2, renewal = 0 WHERE name = $3`, sealed, clock.Ms(until), name)
	return err
}

// spoilToken ends the use of a token that the platform refused, unless it was renewed meanwhile.
func spoilToken(tx *db.Tx, name, sealed string) error {
	_, err := tx.Exec(`UPDATE channel_token SET until = 0 WHERE name = $1 AND sealed = $2`, name, sealed)
	return err
}
