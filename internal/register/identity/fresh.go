package identity

import (
	"context"
	"fmt"
	"time"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Proof is how somebody proved who they are.
type Proof string

// Kinds of proof.
const (
	ByPassword Proof = "password" // of staff without a second factor
	ByTOTP     Proof = "totp"     // password and second factor
	ByPasskey  Proof = "passkey"  // with the device's own check of its owner
	ByCode     Proof = "code"     // sent to the citizen's phone
	ByService  Proof = "service"  // an identity service of others vouched for the citizen
	ByPaper    Proof = "paper"    // a code of the citizen's sheet of paper
)

// FreshFor is how long a proof is enough for an act that must not be done by whoever finds a screen left open.
const FreshFor = 10 * time.Minute

// Fresh tells whether the session's owner proved who they are within FreshFor.
func (s Session) Fresh(at time.Time) bool {
	return !s.ProvedAt.IsZero() && at.Sub(s.ProvedAt) < FreshFor
}

// ProveStaff takes a password, with a code when a second factor is set up, as a fresh proof for a session.
// Refusals are those of SignInStaff; attempts count with those of signing in.
func (s *Service) ProveStaff(ctx context.Context, at Session, password, code string) error {
	own, err := s.Account(ctx, at.Account)
	if err != nil {
		return err
	}
	key := s.index("login", own.Login)
	a, matches, err := s.prove(ctx, key, own.Login, password)
	if err != nil {
		return err
	}
	if !matches {
		return fault.Field("password", "identity.password_wrong")
	}
	step, err := s.secondFactor(a, code)
	if err != nil {
		return err
	}
	ok := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if ok, err = useAccount(tx, a, step); err != nil || !ok {
			return err
		}
		if err := deleteAttempt(tx, key); err != nil {
			return err
		}
		return s.proved(tx, at, a.proof())
	})
	return s.provedOr(at, err, ok, fault.Field("code", "identity.code_wrong"))
}

// SendProof sends a code to the phone of a session's citizen. Busy as StartCitizen; Conflict when they have no phone.
func (s *Service) SendProof(ctx context.Context, at Session) error {
	code, err := newCode()
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		key, err := s.People.IndexOf(tx, at.PersonID)
		if err != nil {
			return fmt.Errorf("find the phone of person %s: %w", at.PersonID, err)
		}
		if key == "" {
			return fault.New(fault.Conflict, "identity.no_phone")
		}
		return s.sendTo(tx, key, code, func() (string, error) { return at.PersonID, nil })
	})
}

// ProveCode takes the code that SendProof sent as a fresh proof. Invalid on "code".
func (s *Service) ProveCode(ctx context.Context, at Session, code string) error {
	ok := false
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if ok, err = s.proveTx(tx, at.PersonID, code); err != nil || !ok {
			return err
		}
		return s.proved(tx, at, ByCode)
	})
	return s.provedOr(at, err, ok, fault.Field("code", "identity.code_wrong"))
}

// ProvePasskey takes the answer of one of the account's passkeys as a fresh proof. Refusals are those of SignInPasskey.
func (s *Service) ProvePasskey(ctx context.Context, site Site, at Session, token, answer string) error {
	_, err := s.answered(ctx, site, toProve, at, token, answer, func(tx *db.Tx, _ passkeyRow) (bool, error) {
		return true, s.proved(tx, at, ByPasskey)
	})
	return err
}

// proved notes a fresh proof.
func (s *Service) proved(tx *db.Tx, at Session, by Proof) error {
	tx.AfterCommit(s.forget)
	return updateProved(tx, at.ID, s.Clock.Now(), by)
}

func (s *Service) provedOr(at Session, err error, ok bool, refusal error) error {
	if err != nil {
		return fmt.Errorf("take a fresh proof of account %s: %w", at.Account, err)
	}
	if !ok {
		return refusal
	}
	return nil
}

// HasPhone tells whether a code can be sent to a session's citizen.
func (s *Service) HasPhone(ctx context.Context, at Session) (ok bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		key, err := s.People.IndexOf(tx, at.PersonID)
		ok = key != ""
		return err
	})
	if err != nil {
		return false, fmt.Errorf("find the phone of person %s: %w", at.PersonID, err)
	}
	return ok, nil
}
