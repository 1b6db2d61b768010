package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// RecoveryLives is how long a request to give an account back waits for a second member of staff: whom it is about stands at the counter.
const RecoveryLives = time.Hour

// Recovery is a counter's request to give somebody their account back, and what came of it.
type Recovery struct {
	ID       string
	Person   string
	Unit     string
	Document string // the kind that was seen, never its number
	AskedBy  string // staff id
	Asked    time.Time
	Decided  time.Time // zero: it waits
	By       string    // staff id of who decided
	Granted  bool
}

// Documents are the kinds of document by which a counter knows somebody.
func Documents() []string { return []string{"id_card", "residence", "passport", "social", "household"} }

// AskRecoveryTx notes that somebody stands at a counter, was known by a document and wants their account back. They are told on the ways
// they had, so that the owner of the phone hears of it when somebody else stands there. Conflict while another request waits.
func (s *Service) AskRecoveryTx(tx *db.Tx, person, unit, staff, document string) (Recovery, error) {
	if !slices.Contains(Documents(), document) {
		return Recovery{}, fault.Field("document", "identity.recovery_document")
	}
	now := s.Clock.Now()
	waiting, err := countRecoveries(tx, person, clock.Ms(now.Add(-RecoveryLives)))
	if err != nil {
		return Recovery{}, fmt.Errorf("find what waits for person %s: %w", person, err)
	}
	if waiting > 0 {
		return Recovery{}, fault.New(fault.Conflict, "identity.recovery_waits")
	}
	a, err := s.citizen(tx, person)
	if err != nil {
		return Recovery{}, err
	}
	r := Recovery{ID: db.NewID(now), Person: person, Unit: unit, Document: document, AskedBy: staff, Asked: now}
	if err := insertRecovery(tx, r); err != nil {
		return Recovery{}, fmt.Errorf("note a recovery of person %s: %w", person, err)
	}
	return r, s.tell(tx, a.ID, "recovery_asked")
}

// WaitingRecoveries lists what waits at a unit, the oldest first.
func (s *Service) WaitingRecoveries(ctx context.Context, unit string) (list []Recovery, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = selectRecoveries(tx, unit, clock.Ms(s.Clock.Now().Add(-RecoveryLives)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list what waits at unit %s: %w", unit, err)
	}
	return list, nil
}

// RecoveryTx gives a request of a unit. NotFound at another.
func (s *Service) RecoveryTx(tx *db.Tx, id, unit string) (Recovery, error) {
	r, err := selectRecovery(tx, id)
	if errors.Is(err, sql.ErrNoRows) || err == nil && r.Unit != unit {
		return r, fault.New(fault.NotFound, "identity.recovery_unknown")
	}
	if err != nil {
		return r, fmt.Errorf("read recovery %s: %w", id, err)
	}
	return r, nil
}

// RefuseRecoveryTx ends a request at the unit without an effect; who asked may do so, too.
func (s *Service) RefuseRecoveryTx(tx *db.Tx, id, unit, staff string) error {
	r, a, err := s.decide(tx, id, unit, staff, false)
	if err != nil {
		return err
	}
	return errors.Join(updateRecovery(tx, r), s.tell(tx, a.ID, "recovery_refused"))
}

// GrantRecoveryTx gives the account back: every session, passkey and older sheet ends, for whoever has the lost phone may hold them, and a new sheet
// is made, whose codes are not to be had again. Conflict for whoever asked themselves, and for a request that was decided or is older
// than RecoveryLives; NotFound at another unit. The person is told.
func (s *Service) GrantRecoveryTx(tx *db.Tx, id, unit, staff string) (Sheet, []string, error) {
	r, a, err := s.decide(tx, id, unit, staff, true)
	if err != nil {
		return Sheet{}, nil, err
	}
	if r.AskedBy == staff {
		return Sheet{}, nil, fault.New(fault.Conflict, "identity.recovery_own")
	}
	tx.AfterCommit(s.forget)
	if err := errors.Join(updateRecovery(tx, r), deleteSessionsBut(tx, a.ID, ""), deletePasskeysOf(tx, a.ID)); err != nil {
		return Sheet{}, nil, fmt.Errorf("give account %s back: %w", a.ID, err)
	}
	sheet, codes, err := s.makeSheet(tx, a.ID, staff)
	if err != nil {
		return Sheet{}, nil, fmt.Errorf("make the sheet of account %s: %w", a.ID, err)
	}
	return sheet, codes, s.tell(tx, a.ID, "recovery_done")
}

func (s *Service) decide(tx *db.Tx, id, unit, staff string, granted bool) (Recovery, Account, error) {
	r, err := s.RecoveryTx(tx, id, unit)
	if err != nil {
		return r, Account{}, err
	}
	now := s.Clock.Now()
	if !r.Decided.IsZero() || now.Sub(r.Asked) >= RecoveryLives {
		return r, Account{}, fault.New(fault.Conflict, "identity.recovery_over")
	}
	r.Decided, r.By, r.Granted = now, staff, granted
	a, err := s.citizen(tx, r.Person)
	if err == nil && a.Disabled {
		err = fault.New(fault.Conflict, "identity.recovery_over")
	}
	return r, a, err
}
