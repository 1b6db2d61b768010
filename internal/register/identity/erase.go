package identity

import (
	"fmt"

	"banyan/internal/platform/db"
)

// EraseTx closes a person's account for good and ends its sessions, passkeys and codes. Other processes hear of it as of any session that ends.
func (s *Service) EraseTx(tx *db.Tx, person string) error {
	if err := closeAccounts(tx, person); err != nil {
		return fmt.Errorf("close the account of person %s: %w", person, err)
	}
	tx.AfterCommit(s.forget)
	return nil
}
