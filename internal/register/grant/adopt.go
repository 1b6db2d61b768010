package grant

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// Adopt gives once, when a store first knows grants, what its older keys need to go on; given lists it.
func (s *Service) Adopt(ctx context.Context, given func() ([]Giving, error)) error {
	done := false
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		done, err = adopted(tx)
		return err
	})
	if err != nil || done {
		return err
	}
	list, err := given()
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		first, err := markAdopted(tx)
		if err != nil || !first {
			return err
		}
		for _, n := range list {
			if _, err := s.GiveTx(tx, access.Program("upgrade"), n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("give older keys their grants: %w", err)
	}
	return nil
}
