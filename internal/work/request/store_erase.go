package request

import "banyan/internal/platform/db"

func selectFiles(tx *db.Tx, person string) ([]string, error) {
	return db.Column(tx, `SELECT p.blob_key FROM request_photo p JOIN request_request r ON r.id = p.request_id WHERE r.person_id = $1
		UNION SELECT blob_key FROM request_draft WHERE person_id = $1 AND blob_key <> ''`, person)
}

func erase(tx *db.Tx, person string) error {
	for _, query := range []string{
		`DELETE FROM request_photo WHERE request_id IN (SELECT id FROM request_request WHERE person_id = $1)`,
		`DELETE FROM request_draft WHERE person_id = $1`,
		`UPDATE request_request SET lat = 0, lon = 0 WHERE person_id = $1`,
	} {
		if _, err := tx.Exec(query, person); err != nil {
			return err
		}
	}
	return nil
}
