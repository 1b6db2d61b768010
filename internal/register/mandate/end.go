package mandate

import (
	"context"
	"fmt"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// Who ends a mandate.
const (
	byGiver   = "giver"
	byHolder  = "holder"
	byStaff   = "staff"
	byErasure = "erasure"
)

// unknown is the answer to an id that is nobody's or another's.
func unknown() error { return fault.New(fault.NotFound, "mandate.unknown") }

// one reads a mandate in a transaction. NotFound when there is none.
func (s *Service) one(tx *db.Tx, id string) (Mandate, error) {
	m, err := selectOne(tx, id)
	if missing(err) {
		return m, unknown()
	}
	return m, wrapped(err, "read mandate "+id)
}

// Accept is the holder's yes. NotFound for a mandate that is not offered to them; Conflict when it waits no longer. Saying yes twice
// changes nothing.
func (s *Service) Accept(ctx context.Context, by access.Actor, id string) (m Mandate, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if m, err = s.one(tx, id); err != nil {
			return err
		}
		now := s.Clock.Now()
		switch {
		case m.Kind != Person || m.Holder != by.ID || by.Acts():
			return unknown()
		case m.State(now) == Holds:
			return nil
		case m.State(now) != Waiting:
			return fault.New(fault.Conflict, "mandate.refuse.over")
		}
		m.Accepted = now
		if err := accept(tx, id, clock.Ms(now)); err != nil {
			return err
		}
		return s.Tell(tx, m.Giver, id+":accepted", NoteAccepted)
	})
	return m, wrapped(err, "accept mandate "+id)
}

// End is a person's own: the giver takes back, the holder lays down or declines. NotFound for a mandate that is neither's; ending
// twice changes nothing.
func (s *Service) End(ctx context.Context, by access.Actor, id string) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := s.one(tx, id)
		switch {
		case err != nil:
			return err
		case by.Acts():
			return fault.New(fault.Forbidden, "mandate.never.onward")
		case by.ID != "" && m.Giver == by.ID:
			return s.end(tx, m, byGiver, "")
		case by.ID != "" && m.Kind == Person && m.Holder == by.ID:
			return s.end(tx, m, byHolder, "")
		}
		return unknown()
	})
	return wrapped(err, "end mandate "+id)
}

// EndNotedTx ends a mandate of a person on the word they gave at the counter or on the phone, or one that the member of staff or their
// unit holds. The caller has asked the policy and knows who the giver is; NotFound for another's.
func (s *Service) EndNotedTx(tx *db.Tx, by access.Actor, giver, id string) error {
	m, err := s.one(tx, id)
	if err != nil {
		return err
	}
	if m.Giver != giver || giver == "" {
		return unknown()
	}
	return s.end(tx, m, byStaff, by.ID)
}

// LayDown ends a mandate that a member of staff or their unit holds.
func (s *Service) LayDown(ctx context.Context, by access.Actor, id string) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := s.one(tx, id)
		if err == nil && !heldBy(m, by) {
			err = unknown()
		}
		if err != nil {
			return err
		}
		return s.end(tx, m, byHolder, by.ID)
	})
	return wrapped(err, "lay down mandate "+id)
}

// end stops a mandate and what acts by it, and tells the other side; staff ending it tells both.
func (s *Service) end(tx *db.Tx, m Mandate, how, staff string) error {
	if !m.Ended.IsZero() {
		return nil
	}
	if err := endMandate(tx, m.ID, how, staff, clock.Ms(s.Clock.Now())); err != nil {
		return err
	}
	if m.State(s.Clock.Now()) == Lapsed {
		return nil
	}
	notes := map[string]Note{}
	if how == byHolder {
		notes[m.Giver] = NoteLaidDown
	}
	if how == byStaff {
		notes[m.Giver] = NoteEnded
	}
	if how != byHolder && m.Kind == Person && m.Holder != "" {
		notes[m.Holder] = NoteTakenBack
	}
	for person, note := range notes {
		if err := s.Tell(tx, person, m.ID+":"+string(note), note); err != nil {
			return err
		}
	}
	return nil
}

// EraseTx forgets what a person allowed, ends what they hold, and tells the other side.
func (s *Service) EraseTx(tx *db.Tx, person string) error {
	given, err := selectBy(tx, "giver", person)
	if err != nil {
		return fmt.Errorf("read what person %s allowed: %w", person, err)
	}
	held, err := selectHeld(tx, Person, person)
	if err != nil {
		return fmt.Errorf("read what person %s holds: %w", person, err)
	}
	now := s.Clock.Now()
	for _, m := range append(given, held...) {
		other := m.Giver
		if other == person {
			other = m.Holder
		}
		if st := m.State(now); st != Holds && st != Waiting || other == "" || m.Kind != Person && other != m.Giver {
			continue
		}
		if err := s.Tell(tx, other, m.ID+":gone", NoteGone); err != nil {
			return err
		}
	}
	return wrapped(erase(tx, person, clock.Ms(now)), "erase the mandates of person "+person)
}

// FiledTx tells the giver that a request was handed in for them, in the transaction that took it in.
func (s *Service) FiledTx(tx *db.Tx, by access.Actor, request string) error {
	if !by.Acts() {
		return nil
	}
	return s.Tell(tx, by.For.Person, "filed:"+request, NoteFiled)
}

// Tidy removes what is over: offers nobody accepted a day after their end, switches, tries, and mandates three years after theirs.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.Clock.Now()
	return wrapped(s.DB.Write(ctx, func(tx *db.Tx) error { return deleteOld(tx, now) }), "tidy mandates")
}
