package person

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
)

// olderBatch is how many rows are sealed in one transaction.
const olderBatch = 200

// SealOlder seals what was kept before names and addresses were sealed, a few rows at a time, while others read and write. It may
// be cut off and begin again. It tells how many rows there were.
func (s *Service) SealOlder(ctx context.Context) (rows int, err error) {
	for {
		var n int
		err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = store{tx, s.vault}.sealOlder(olderBatch)
			return err
		})
		if err != nil {
			return rows, fmt.Errorf("seal what was kept of people before: %w", err)
		}
		if n == 0 {
			return rows, nil
		}
		rows += n
	}
}
