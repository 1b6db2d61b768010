package request

import "banyan/internal/platform/db"

func selectPhotoKeys(tx *db.Tx, id string) ([]string, error) {
	return db.Column(tx, `SELECT blob_key FROM request_photo WHERE request_id = $1 ORDER BY ordinal`, id)
}
