package casework

import (
	"banyan/internal/platform/db"
)

// saveFiles keeps which files the last reply of each order names.
func saveFiles(tx *db.Tx, caseID string, orders []Order) error {
	for _, o := range orders {
		if len(o.Replies) == 0 {
			continue
		}
		for _, f := range o.Replies[len(o.Replies)-1].Files {
			if _, err := tx.Exec(`INSERT INTO casework_file (key, case_id) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, f.Key, caseID); err != nil {
				return err
			}
		}
	}
	return nil
}

func hasFile(tx *db.Tx, key string) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM casework_file WHERE key = $1`, key).Scan(&n)
	return n, err
}
