package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Visit is what the browser brings along when somebody signs in.
type Visit struct {
	Agent string // the User-Agent header, kept as a short label
	Old   string // the token carried before; it ends
}

// SignInStaff checks login, password and second factor and gives the token of a new session.
//
// Refusals: Invalid identity.wrong for a wrong login or password, whichever it is; Invalid on "code" with
// identity.code_needed or identity.code_wrong once the password is right; Forbidden
// identity.second_factor_missing when one is demanded and none is enrolled; Busy identity.wait after too
// many attempts, or identity.busy when too many sign in at once.
func (s *Service) SignInStaff(ctx context.Context, login, password, code string, v Visit) (token string, err error) {
	login, ok := tidyLogin(login)
	key := s.index("login", login)
	if !ok || len(password) > 4*PasswordMost {
		login, password = "?", "" // no account has it; the work done stays the same
	}
	a, matches, err := s.prove(ctx, key, login, password)
	if err != nil {
		return "", err
	}
	if !matches {
		return "", fault.New(fault.Invalid, "identity.wrong")
	}
	var step int64
	if step, err = s.secondFactor(a, code); err != nil {
		return "", err
	}
	token = newToken()
	var stale bool
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		stale, err = s.admit(tx, a, step, token, v, key)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in account %s: %w", a.ID, err)
	}
	if stale {
		return "", fault.Field("code", "identity.code_wrong")
	}
	return token, nil
}

// proof is what whoever signed in by password proved themselves with.
func (a accountRow) proof() Proof {
	if a.totp != nil {
		return ByTOTP
	}
	return ByPassword
}

// prove books the attempt, then compares the password with the account's or with nobody's.
func (s *Service) prove(ctx context.Context, key, login, password string) (a accountRow, matches bool, err error) {
	leave, err := s.hashing.enter(ctx)
	if err != nil {
		return a, false, err
	}
	defer leave()
	var wait time.Duration
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if wait, err = s.book(tx, key); err != nil || wait > 0 {
			return err
		}
		a, err = selectAccount(tx, "login", login)
		if errors.Is(err, sql.ErrNoRows) {
			a, err = accountRow{}, nil
		}
		return err
	})
	if err != nil {
		return a, false, fmt.Errorf("book a sign-in: %w", err)
	}
	if wait > 0 {
		return a, false, fault.New(fault.Busy, "identity.wait", "seconds", int(wait.Seconds())+1)
	}
	known := a.ID != "" && !a.Disabled
	hash := a.password
	if !known {
		hash = s.nobody
	}
	matches, err = verifyPassword(hash, password)
	if err != nil {
		return a, false, fmt.Errorf("compare the password of account %s: %w", a.ID, err)
	}
	return a, matches && known, nil
}

// book counts an attempt under the login and gives how long it must wait, 0 when it may go on.
func (s *Service) book(tx *db.Tx, key string) (time.Duration, error) {
	now := s.Clock.Now()
	failed, until, at, err := selectAttempt(tx, key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	if wait := clock.FromMs(until).Sub(now); wait > 0 {
		return wait, nil
	}
	if now.Sub(clock.FromMs(at)) > attemptsKept {
		failed = 0
	}
	return 0, upsertAttempt(tx, key, failed+1, now.Add(delay(failed+1)), now)
}

// attemptsKept is how long failed attempts count.
const attemptsKept = 24 * time.Hour

// delay grows with the attempts without success: none for three, then 5 s doubling up to a quarter of an
// hour, so that a stranger can slow a colleague down but not lock them out.
func delay(failed int64) time.Duration {
	if failed <= 3 {
		return 0
	}
	return min(5*time.Second<<min(failed-4, 20), 15*time.Minute)
}

// secondFactor gives the step of a valid code, or 0 when none is demanded.
func (s *Service) secondFactor(a accountRow, code string) (int64, error) {
	switch {
	case a.totp == nil && !a.SecondFactor:
		return 0, nil
	case a.totp == nil:
		return 0, fault.New(fault.Forbidden, "identity.second_factor_missing")
	case tidyCode(code) == "":
		return 0, fault.Field("code", "identity.code_needed")
	}
	secret, err := s.vault.open(a.ID, a.totp)
	if err != nil {
		return 0, fmt.Errorf("open the second factor of account %s: %w", a.ID, err)
	}
	step, ok := stepOf(secret, code, s.Clock.Now())
	if !ok {
		return 0, fault.Field("code", "identity.code_wrong")
	}
	return step, nil
}

// admit uses the code up, forgets the attempts and opens the session. stale: the code was used before, or
// the account changed meanwhile.
func (s *Service) admit(tx *db.Tx, a accountRow, step int64, token string, v Visit, key string) (stale bool, err error) {
	if ok, err := useAccount(tx, a, step); err != nil || !ok {
		return true, err
	}
	if err := deleteAttempt(tx, key); err != nil {
		return false, err
	}
	return false, s.open(tx, a.Account, token, v, a.proof())
}
