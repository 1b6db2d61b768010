package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
)

// Limits of phone codes.
const (
	codeLives   = 5 * time.Minute
	codeTries   = 5
	codePause   = time.Minute // between two codes to one phone
	codesPerDay = 10
)

// StartCitizen sends a code to the phone. Invalid on "phone"; Busy when the phone had a code within a
// minute or ten within a day. The answer is the same for known and unknown phones.
func (s *Service) StartCitizen(ctx context.Context, phone string) error {
	p, err := person.ParsePhone(phone)
	if err != nil {
		return err
	}
	code, err := newCode()
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.send(tx, p, code) })
}

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

func (s *Service) send(tx *db.Tx, p person.Phone, code string) error {
	return s.sendTo(tx, s.People.Index(p), code, func() (string, error) { return s.People.Ensure(tx, person.Contact{Phone: string(p)}) })
}

// sendTo sends a code to the phone behind a blind index; whose gives its person once the pause is over.
func (s *Service) sendTo(tx *db.Tx, key, code string, whose func() (string, error)) error {
	now := s.Clock.Now()
	c, err := selectCode(tx, key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the last code: %w", err)
	}
	if wait := clock.FromMs(c.sentAt).Add(codePause).Sub(now); wait > 0 {
		return fault.New(fault.Busy, "identity.code_soon", "seconds", int(wait.Seconds())+1)
	}
	if now.Sub(clock.FromMs(c.firstAt)) > 24*time.Hour {
		c.sent, c.firstAt = 0, clock.Ms(now)
	}
	if c.sent >= codesPerDay {
		return fault.New(fault.Busy, "identity.code_many")
	}
	if c.person, err = whose(); err != nil {
		return err
	}
	c.hash, c.tries, c.sent = s.index("code", key+code), 0, c.sent+1
	c.sentAt, c.expiresAt = clock.Ms(now), clock.Ms(now.Add(codeLives))
	if err := upsertCode(tx, key, c); err != nil {
		return fmt.Errorf("keep a code: %w", err)
	}
	if err := s.Send(tx, c.person, code); err != nil {
		return fmt.Errorf("send a code to person %s: %w", c.person, err)
	}
	return nil
}

// FinishCitizen gives the token of a new session for the phone's person, who gets an account the first
// time. Invalid on "code" identity.code_wrong when the code is wrong, used, too old or tried five times.
func (s *Service) FinishCitizen(ctx context.Context, phone, code string, v Visit) (string, error) {
	p, err := person.ParsePhone(phone)
	if err != nil {
		return "", err
	}
	token := newToken()
	var ok bool
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		ok, err = s.finish(tx, s.People.Index(p), tidyCode(code), token, v)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("sign in by code: %w", err)
	}
	if !ok {
		return "", fault.Field("code", "identity.code_wrong")
	}
	return token, nil
}

// finish counts a try or uses the code up. A wrong code is no error here: the try must be stored.
func (s *Service) finish(tx *db.Tx, key, code, token string, v Visit) (bool, error) {
	ok, who, err := s.spendCode(tx, key, code)
	if err != nil || !ok {
		return false, err
	}
	a, err := s.citizen(tx, who)
	if err != nil || a.Disabled {
		return false, err
	}
	return true, s.open(tx, a, token, v, ByCode)
}

// spendCode uses the code of a phone up and gives whose phone it is; ok is false, and the try counted, when the code is not good.
func (s *Service) spendCode(tx *db.Tx, key, code string) (ok bool, person string, err error) {
	c, err := selectCode(tx, key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, "", err
	}
	same := hmac.Equal([]byte(s.index("code", key+code)), []byte(c.hash))
	live := err == nil && c.hash != "" && c.tries < codeTries && s.Clock.Now().Before(clock.FromMs(c.expiresAt))
	if !same || !live {
		return false, "", addTry(tx, key)
	}
	return true, c.person, useCode(tx, key)
}

// citizen finds or makes the account of a person.
func (s *Service) citizen(tx *db.Tx, personID string) (Account, error) {
	now := s.Clock.Now()
	fresh := accountRow{Account: Account{ID: db.NewID(now), Kind: Citizen, PersonID: personID}}
	if _, err := insertAccount(tx, fresh, now); err != nil {
		return Account{}, err
	}
	a, err := selectAccount(tx, "person_id", personID)
	return a.Account, err
}
