package api

import (
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/web/openapi"
	"banyan/internal/work/request"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the room's tables.
func Schema() db.Schema { return db.Schema{Module: "api", Files: schema} }

// selectAnswer gives sql.ErrNoRows when nothing is kept, or no longer.
func selectAnswer(tx *db.Tx, partner, key string, now time.Time) (digest string, answer []byte, err error) {
	var text string
	err = tx.QueryRow(`SELECT digest, answer FROM api_answer WHERE partner = $1 AND key = $2 AND until_at > $3`, partner, key, clock.Ms(now)).
		Scan(&digest, &text)
	return digest, []byte(text), err
}

func upsertAnswer(tx *db.Tx, c openapi.Repeat, answer []byte, until time.Time) error {
	_, err := tx.Exec(`INSERT INTO api_answer (partner, key, digest, answer, until_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (partner, key) DO UPDATE SET digest = excluded.digest, answer = excluded.answer, until_at = excluded.until_at`,
		c.Who, c.Key, c.Digest, string(answer), clock.Ms(until))
	return err
}

// deleteAnswers removes up to limit answers that are no longer kept, and tells whether there may be more.
func deleteAnswers(tx *db.Tx, now time.Time, limit int) (bool, error) {
	n, err := tx.Exec(`DELETE FROM api_answer WHERE (partner, key) IN (
		SELECT partner, key FROM api_answer WHERE until_at <= $1 ORDER BY until_at LIMIT $2)`, clock.Ms(now), limit)
	return n == int64(limit), err
}

func insertOwn(tx *db.Tx, request, partner string) error {
	_, err := tx.Exec(`INSERT INTO api_request (request_id, partner) VALUES ($1, $2)`, request, partner)
	return err
}

// namedFor is how long a sent file may be named: files that nothing names are swept a day later.
const namedFor = 6 * 24 * time.Hour

// photosOf finds the files a key sent lately. Invalid for a file that is not the key's own, or was sent too long ago.
func photosOf(tx *db.Tx, now time.Time, partner string, keys []string) ([]request.Photo, error) {
	var list []request.Photo
	for _, key := range keys {
		p := request.Photo{Key: key}
		err := tx.QueryRow(`SELECT media_type, size FROM api_file WHERE blob = $1 AND partner = $2 AND at > $3`,
			key, partner, clock.Ms(now.Add(-namedFor))).Scan(&p.Type, &p.Size)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, fault.Field("photos", "api.file_unknown")
		}
		if err != nil {
			return nil, fmt.Errorf("look for file %s: %w", key, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// spendFile makes a photo a request's own: no other may name it, for whoever erases the one would take it from the other.
// Invalid when another did meanwhile.
func spendFile(tx *db.Tx, partner, key string) error {
	n, err := tx.Exec(`DELETE FROM api_file WHERE blob = $1 AND partner = $2`, key, partner)
	if err == nil && n == 0 {
		return fault.Field("photos", "api.file_unknown")
	}
	return err
}

// deleteFiles forgets files that were sent before an instant: nobody may name them any more, and the sweep of files
// asks those who named one.
func deleteFiles(tx *db.Tx, before time.Time) error {
	_, err := tx.Exec(`DELETE FROM api_file WHERE at <= $1`, clock.Ms(before))
	return err
}

func insertFile(tx *db.Tx, f sent, partner string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO api_file (blob, partner, media_type, size, at) VALUES ($1, $2, $3, $4, $5)`, f.Key, partner, f.Type, f.Size, clock.Ms(at))
	return err
}

// ownRequest gives the id of a request of a key. sql.ErrNoRows when it is not the key's own.
func ownRequest(tx *db.Tx, id, partner string) error {
	var found string
	return tx.QueryRow(`SELECT request_id FROM api_request WHERE request_id = $1 AND partner = $2`, id, partner).Scan(&found)
}

// ownRequests lists the requests of a key, newest first, before an id.
func ownRequests(tx *db.Tx, partner, before string, limit int) ([]string, error) {
	if before == "" {
		before = "~" // behind every id
	}
	return db.Column(tx, `SELECT request_id FROM api_request WHERE partner = $1 AND request_id < $2 ORDER BY request_id DESC LIMIT $3`, partner, before, limit)
}
