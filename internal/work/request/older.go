package request

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

// SealOlder seals what was written before texts were sealed, a few rows at a time, while others read and write. It may be cut off
// and begin again. It tells how many rows there were.
func (s *Service) SealOlder(ctx context.Context) (rows int, err error) {
	rows, err = vault.Each(ctx, s.DB, func(tx *db.Tx, limit int) (int, error) { return s.in(tx).sealOlder(limit) })
	if err != nil {
		return rows, fmt.Errorf("seal what was said before: %w", err)
	}
	return rows, nil
}
