package request

import (
	"database/sql"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
)

// HasFileTx tells whether a request, or a draft of one, holds the stored file: then it must not be swept.
func (s *Service) HasFileTx(tx *db.Tx, key string) (bool, error) {
	_, err := selectPhotoRequest(tx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return hasDraftFile(tx, key)
	}
	if err != nil {
		return false, fmt.Errorf("find the request of file %s: %w", key, err)
	}
	return true, nil
}
