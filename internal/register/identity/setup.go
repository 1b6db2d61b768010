package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// SetupLives is how long a member of staff may take to set a new password.
const SetupLives = 24 * time.Hour

// setupLetters are without what a reader takes for another.
const setupLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// ResetStaff takes every way into an account of staff away: password, second factor, passkeys and sessions. It gives a code, good once and
// for SetupLives, with which its owner sets a new password. by is the administrator. NotFound for an account of no staff.
func (s *Service) ResetStaff(ctx context.Context, account, by string) (code string, err error) {
	a, err := s.account(ctx, "id", account)
	if err == nil && a.Kind != Staff {
		err = fault.New(fault.NotFound, "identity.account_unknown")
	}
	if err != nil {
		return "", err
	}
	code = newSetupCode()
	expires := s.Clock.Now().Add(SetupLives)
	err = s.change(ctx, account, "take the ways in away", func(tx *db.Tx) error {
		return errors.Join(bareAccount(tx, account, s.nobody), upsertSetup(tx, account, s.index("setup", account+tidySetup(code)), by, expires))
	})
	return code, err
}

// newSetupCode has 80 bits in four groups of four, to be read out or written down.
func newSetupCode() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // crypto/rand never gives an error: it ends the program instead
	var out strings.Builder
	for i, x := range b {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(setupLetters[int(x)%len(setupLetters)])
	}
	return out.String()
}

// tidySetup is a code as it was made, however it was typed.
func tidySetup(code string) string {
	return strings.ReplaceAll(strings.ToUpper(tidyCode(code)), "-", "")
}

// SetUpStaff takes a code of ResetStaff and a new password, and gives the token of a session in which a second factor can be set up
// again. Refusals: Invalid identity.setup_wrong for a wrong login or code, whichever it is, or one that is used or too old; Invalid on
// "password"; Busy as SignInStaff. Attempts count with those of signing in.
func (s *Service) SetUpStaff(ctx context.Context, login, code, password string, v Visit) (token string, err error) {
	login, ok := tidyLogin(login)
	if !ok {
		login = "?"
	}
	hash, err := s.hash(ctx, login, password)
	if err != nil {
		return "", err
	}
	key := s.index("login", login)
	token = newToken()
	var wait time.Duration
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		ok = false
		if wait, err = s.book(tx, key); err != nil || wait > 0 {
			return err
		}
		a, err := selectAccount(tx, "login", login)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		want, expires, err := selectSetup(tx, a.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		same := hmac.Equal([]byte(want), []byte(s.index("setup", a.ID+tidySetup(code))))
		if !same || a.Disabled || !s.Clock.Now().Before(clock.FromMs(expires)) {
			return nil
		}
		ok = true
		if err := errors.Join(updatePassword(tx, a.ID, hash), deleteSetup(tx, a.ID), deleteAttempt(tx, key)); err != nil {
			return err
		}
		return s.open(tx, a.Account, token, v, ByPassword)
	})
	switch {
	case err != nil:
		return "", fmt.Errorf("set a new password by code: %w", err)
	case wait > 0:
		return "", fault.New(fault.Busy, "identity.wait", "seconds", int(wait.Seconds())+1)
	case !ok:
		return "", fault.New(fault.Invalid, "identity.setup_wrong")
	}
	return token, nil
}
