package channel

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func insertTaken(tx *db.Tx, source, hash string, at time.Time) (bool, error) {
	n, err := tx.Exec(`INSERT INTO channel_taken (source, hash, at) VALUES ($1, $2, $3) ON CONFLICT (source, hash) DO NOTHING`,
		source, hash, clock.Ms(at))
	return n == 1, err
}

// deleteTaken removes up to limit of the ids taken before a time, and tells whether there may be more.
func selectTaken(tx *db.Tx, source, hash string) (taken bool, err error) {
	err = tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM channel_taken WHERE source = $1 AND hash = $2)`, source, hash).Scan(&taken)
	return taken, err
}

func deleteTaken(tx *db.Tx, before time.Time, limit int) (bool, error) {
	n, err := tx.Exec(`DELETE FROM channel_taken WHERE (source, hash) IN (
		SELECT source, hash FROM channel_taken WHERE at < $1 ORDER BY at LIMIT $2)`, clock.Ms(before), limit)
	return n == int64(limit), err
}

func deletePerson(tx *db.Tx, person string) error {
	for _, query := range []string{
		`DELETE FROM channel_talk WHERE person_id = $1 OR proving = $1`, `DELETE FROM channel_media WHERE person_id = $1`,
	} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	return nil
}
