package vault

import (
	"context"

	"banyan/internal/platform/db"
)

// batch is how many rows are sealed or wrapped anew in one transaction.
const batch = 200

// Each does some rows in one transaction after another, between which others write, until some finds none. It tells how many there were;
// after an error, how many are done.
func Each(ctx context.Context, d *db.DB, some func(tx *db.Tx, limit int) (int, error)) (rows int, err error) {
	for {
		n := 0
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = some(tx, batch)
			return err
		})
		if err != nil || n == 0 {
			return rows, err
		}
		rows += n
	}
}
