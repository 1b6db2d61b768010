package identity

import (
	"context"
	"crypto/hmac"
	"database/sql"
	"errors"
	"fmt"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Prove tells whether a code is the one that StartCitizen sent to a person's phone, and uses it up: whoever gives it
// holds the phone. A wrong one counts as a try. No session is opened.
func (s *Service) Prove(ctx context.Context, personID, code string) (ok bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err = s.proveTx(tx, personID, code)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("prove the phone of person %s: %w", personID, err)
	}
	return ok, nil
}

func (s *Service) proveTx(tx *db.Tx, personID, code string) (bool, error) {
	key, c, err := selectCodeOf(tx, personID)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	same := hmac.Equal([]byte(s.index("code", key+tidyCode(code))), []byte(c.hash))
	if !same || c.hash == "" || c.tries >= codeTries || !s.Clock.Now().Before(clock.FromMs(c.expiresAt)) {
		return false, addTry(tx, key)
	}
	return true, useCode(tx, key)
}
