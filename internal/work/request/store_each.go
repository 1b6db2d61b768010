package request

import "banyan/internal/platform/db"

func selectPlaces(tx *db.Tx, after string, limit int) ([]Place, error) {
	return db.Collect(tx, func(row db.Scanner) (p Place, err error) {
		err = row.Scan(&p.ID, &p.Number, &p.CaseID)
		return p, err
	}, `SELECT id, number, case_id FROM request_request WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
}

// selectPhotosAfter reads the photos of up to limit rows' requests; a request's photos are few and stay together.
func selectPhotosAfter(tx *db.Tx, after string, limit int) (photos []Photo, last string, err error) {
	ids, err := db.Column(tx, `SELECT DISTINCT request_id FROM request_photo WHERE request_id > $1 ORDER BY request_id LIMIT $2`, after, limit)
	if err != nil || len(ids) == 0 {
		return nil, "", err
	}
	photos, err = inChunks(tx, func(row db.Scanner) (p Photo, err error) {
		err = row.Scan(&p.Key, &p.Type, &p.Size)
		return p, err
	}, func(in string) string {
		return `SELECT blob_key, type, size FROM request_photo WHERE request_id IN (` + in + `)`
	}, ids)
	return photos, ids[len(ids)-1], err
}
