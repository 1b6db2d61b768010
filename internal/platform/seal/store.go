package seal

import (
	"database/sql"
	"embed"
	"errors"

	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var files embed.FS

// Schema gives the package's migrations.
func Schema() db.Schema { return db.Schema{Module: "seal", Files: files} }

// find reads the mark; a store without one gives "".
func find(tx *db.Tx) (mark string, err error) {
	err = tx.QueryRow(`SELECT mark FROM seal_key WHERE id = 1`).Scan(&mark)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return mark, err
}

// keep stores the mark unless another process was first, and gives the one that stands.
func keep(tx *db.Tx, mark string) (string, error) {
	if _, err := tx.Exec(`INSERT INTO seal_key (id, mark) VALUES (1, $1) ON CONFLICT (id) DO NOTHING`, mark); err != nil {
		return "", err
	}
	return find(tx)
}
