package identity

import (
	"context"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/person"
)

// StartPhone sends a code to the phone that a session's citizen wants to have from now on, and tells them on the one they have. Refusals
// are those of StartCitizen; Invalid on "phone" for their own.
func (s *Service) StartPhone(ctx context.Context, at Session, phone string) error {
	to, err := person.ParsePhone(phone)
	if err != nil {
		return err
	}
	code, err := newCode()
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		own, err := s.People.VerifyPhoneTx(tx, at.PersonID, string(to))
		if err != nil {
			return err
		}
		if own {
			return fault.Field("phone", "identity.phone_own")
		}
		if err := s.tell(tx, at.Account, "phone_asked"); err != nil {
			return err
		}
		return s.send(tx, to, code)
	})
}

// FinishPhone takes the code that StartPhone sent. move gives the citizen the phone and tells whom the register knew by it, "" for nobody;
// an account of that person ends, for both are one now. Invalid on "code".
func (s *Service) FinishPhone(ctx context.Context, at Session, phone, code string, move func(tx *db.Tx, to person.Phone) (from string, err error)) error {
	to, err := person.ParsePhone(phone)
	if err != nil {
		return err
	}
	ok := false
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if ok, _, err = s.spendCode(tx, s.People.Index(to), tidyCode(code)); err != nil || !ok {
			return err
		}
		from, err := move(tx, to)
		if err != nil {
			return err
		}
		if from != "" {
			tx.AfterCommit(s.forget)
			if err := closeAccounts(tx, from); err != nil {
				return err
			}
		}
		return s.tell(tx, at.Account, "phone_changed")
	})
	if e, known := fault.As(err); known {
		return e
	}
	if err != nil {
		return fmt.Errorf("change the phone of account %s: %w", at.Account, err)
	}
	if !ok {
		return fault.Field("code", "identity.code_wrong")
	}
	return nil
}
