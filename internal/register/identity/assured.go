package identity

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// SignInAssured gives the token of a new session for a person whom an identity service of others vouches for, within a transaction that
// found out who it is: whose gives the person, "" for nobody. Forbidden identity.assured_unknown for nobody and for a closed account.
func (s *Service) SignInAssured(ctx context.Context, v Visit, whose func(tx *db.Tx) (string, error)) (string, error) {
	token := newToken()
	known := false
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		known = false
		person, err := whose(tx)
		if err != nil || person == "" {
			return err
		}
		a, err := s.citizen(tx, person)
		if err != nil || a.Disabled {
			return err
		}
		known = true
		return s.open(tx, a, token, v, ByService)
	})
	if err != nil {
		return "", fmt.Errorf("sign in by an identity service: %w", err)
	}
	if !known {
		return "", fault.New(fault.Forbidden, "identity.assured_unknown")
	}
	return token, nil
}
