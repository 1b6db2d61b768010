package assure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/platform/idp"
	"banyan/internal/register/access"
)

// Who ended a proof.
const (
	EndedOwn     = "own"
	EndedStaff   = "staff"
	EndedRenewed = "renewed"
)

// again is how old a proof is before the same word of a service makes a new one: who signs in by it daily is not told daily.
const again = 30 * 24 * time.Hour

// AssertTx keeps what a service stated about a person, instead of what it stated before. Conflict assure.refuse.taken when the service's
// id belongs to another person now: one certificate proves one person.
func (s *Service) AssertTx(tx *db.Tx, person string, m Method, a idp.Assertion) (Proof, error) {
	if err := endExpired(tx, a.Issuer, a.Subject, s.Clock.Now()); err != nil {
		return Proof{}, fmt.Errorf("end a proof whose time is over: %w", err)
	}
	other, ok, err := s.linked(tx, a.Issuer, a.Subject)
	if err != nil {
		return Proof{}, err
	}
	ids, err := s.Same(tx, person)
	if err != nil {
		return Proof{}, err
	}
	if ok && !slices.Contains(ids, other.Person) {
		return Proof{}, fault.New(fault.Conflict, "assure.refuse.taken")
	}
	level := Level(min(max(a.Level, int(Phone)), int(Certain)))
	if ok && other.Person == person && other.Level == level && s.Clock.Now().Sub(other.At) < again {
		return other, nil
	}
	return s.keep(tx, Proof{Person: person, Level: level, Method: m, Issuer: a.Issuer, Subject: a.Subject})
}

// CheckTx keeps that staff saw a document of a person who was there. Invalid on "document" and "seen".
func (s *Service) CheckTx(tx *db.Tx, by access.Actor, person, document string, seen bool) (Proof, error) {
	var wrong fault.Fields
	i := slices.IndexFunc(Documents(), func(d Document) bool { return d.ID == document })
	if i < 0 {
		wrong = append(wrong, fault.Field("document", "assure.need.document"))
	}
	if !seen {
		wrong = append(wrong, fault.Field("seen", "assure.need.seen"))
	}
	if err := wrong.OrNil(); err != nil {
		return Proof{}, err
	}
	return s.keep(tx, Proof{Person: person, Level: Documents()[i].Level, Method: Counter, Document: document, By: by.ID, Unit: by.Unit})
}

// above tells whether a counter saw more before, which still counts: a lesser document lowers nobody. A service's newest word replaces its last.
func (p Proof) above(later Proof, at time.Time) bool {
	return p.Method == Counter && p.Level > later.Level && p.Counts(at)
}

// keep ends the proof of the same method before it, and tells the person.
func (s *Service) keep(tx *db.Tx, p Proof) (Proof, error) {
	now := s.Clock.Now()
	p.ID, p.At, p.Until = db.NewID(now), clock.FromMs(clock.Ms(now)), now.Add(Lasts)
	list, err := s.ProofsTx(tx, p.Person)
	if err != nil {
		return p, err
	}
	for _, old := range list {
		if old.Method != p.Method || !old.Ended.IsZero() || old.above(p, now) {
			continue
		}
		if err := endProof(tx, old.ID, EndedRenewed, "", now); err != nil {
			return p, fmt.Errorf("end the proof before: %w", err)
		}
	}
	if err := insertProof(tx, p); err != nil {
		return p, fmt.Errorf("keep a proof: %w", err)
	}
	return p, s.Tell(tx, p.Person, p.ID+ToldProved, ToldProved)
}

// EndOwn ends a proof of the person's own. NotFound for any other.
func (s *Service) EndOwn(ctx context.Context, person, id string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := s.ofTx(tx, person, id)
		if err != nil || !p.Counts(s.Clock.Now()) {
			return err
		}
		return endProof(tx, id, EndedOwn, "", s.Clock.Now())
	})
}

// EndTx ends a proof of a person on the word of staff, who may say so by the policies; the person is told.
func (s *Service) EndTx(tx *db.Tx, by access.Actor, person, id string) error {
	p, err := s.ofTx(tx, person, id)
	if err != nil || !p.Counts(s.Clock.Now()) {
		return err
	}
	if err := endProof(tx, id, EndedStaff, by.ID, s.Clock.Now()); err != nil {
		return err
	}
	return s.Tell(tx, p.Person, id+ToldEnded, ToldEnded)
}

func (s *Service) ofTx(tx *db.Tx, person, id string) (Proof, error) {
	list, err := s.ProofsTx(tx, person)
	if err != nil {
		return Proof{}, err
	}
	i := slices.IndexFunc(list, func(p Proof) bool { return p.ID == id })
	if i < 0 {
		return Proof{}, fault.New(fault.NotFound, "assure.no_proof")
	}
	return list[i], nil
}

// EraseTx forgets every proof of a person, under one of their ids.
func (s *Service) EraseTx(tx *db.Tx, person string) error { return eraseProofs(tx, person) }

// Tidy deletes proofs that have counted no more for Kept, and those on the way who did not come back.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.Clock.Now()
	return s.DB.Write(ctx, func(tx *db.Tx) error { return deleteOld(tx, now, now.Add(-Kept)) })
}
