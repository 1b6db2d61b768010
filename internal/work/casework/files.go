package casework

import (
	"fmt"

	"banyan/internal/platform/db"
)

// HasFileTx tells whether a reply of any case names the stored file: then it must not be swept.
func (s *Service) HasFileTx(tx *db.Tx, key string) (bool, error) {
	n, err := hasFile(tx, key)
	if err != nil {
		return false, fmt.Errorf("find the case of file %s: %w", key, err)
	}
	return n > 0, nil
}
