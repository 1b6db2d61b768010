package apikey

import (
	"database/sql"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// GetTx is Get inside a transaction, for reactions that ask what a key may hear.
func (s *Service) GetTx(tx *db.Tx, id string) (Key, error) {
	k, err := selectKey(tx, "id", id)
	if errors.Is(err, sql.ErrNoRows) {
		return Key{}, fault.New(fault.NotFound, "apikey.missing")
	}
	if err != nil {
		return Key{}, fmt.Errorf("read key %s: %w", id, err)
	}
	return k, nil
}
