package mandate

import (
	"context"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
)

// ActingLives is how long a session acts for somebody before it has to say so again.
const ActingLives = time.Hour

// Acting is a session that acts for somebody.
type Acting struct {
	Mandate Mandate
	Until   time.Time
}

// Switch makes a session act by a mandate that its person holds, in the place of another. NotFound for a mandate that is not theirs;
// Conflict when it does not hold.
func (s *Service) Switch(ctx context.Context, by access.Actor, id string) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		m, err := s.one(tx, id)
		now := s.Clock.Now()
		switch {
		case err != nil:
			return err
		case by.Session == "" || m.Kind != Person || m.Holder != by.ID:
			return unknown()
		case m.State(now) != Holds:
			return fault.New(fault.Conflict, "mandate.refuse.over")
		}
		until := now.Add(ActingLives)
		if m.Until.Before(until) {
			until = m.Until
		}
		return putActing(tx, by.Session, id, by.ID, clock.Ms(until))
	})
	return wrapped(err, "act by mandate "+id)
}

// Leave ends a session's acting; one that does not act is left alone.
func (s *Service) Leave(ctx context.Context, session string) error {
	return wrapped(s.DB.Write(ctx, func(tx *db.Tx) error { return deleteActing(tx, session) }), "act for oneself again")
}

// ActingTx tells for whom a session of a person acts; ok is false when for themselves. What it says is for pages: an act asks CheckTx.
func (s *Service) ActingTx(tx *db.Tx, session, person string) (a Acting, ok bool, err error) {
	id, holder, until, err := selectActing(tx, session)
	if missing(err) {
		return a, false, nil
	}
	if err != nil {
		return a, false, wrapped(err, "read for whom a session acts")
	}
	a.Until = until
	if a.Mandate, err = selectOne(tx, id); missing(err) {
		return a, false, nil
	}
	now := s.Clock.Now()
	ok = err == nil && holder == person && a.Mandate.Holder == person && now.Before(until) && a.Mandate.State(now) == Holds
	return a, ok, wrapped(err, "read for whom a session acts")
}

// Behalf is how an actor carries a mandate.
func (m Mandate) Behalf() access.Behalf {
	return access.Behalf{Person: m.Giver, Mandate: m.ID, As: m.Relation, Scope: m.ScopeWords()}
}

// CheckTx holds in the transaction of an act that whoever acts for another may do so now; who acts for themselves always may. Forbidden
// when the mandate has ended, is another's, does not allow the scope, or its holder's post has ended.
func (s *Service) CheckTx(tx *db.Tx, by access.Actor, scope Scope) error {
	if !by.Acts() {
		return nil
	}
	m, err := selectOne(tx, by.For.Mandate)
	if missing(err) {
		return fault.New(fault.Forbidden, "mandate.refuse.ended")
	}
	if err != nil {
		return wrapped(err, "read mandate "+by.For.Mandate)
	}
	now := s.Clock.Now()
	if m.State(now) != Holds || now.Before(m.From) || m.Giver != by.For.Person || !heldBy(m, by) {
		return fault.New(fault.Forbidden, "mandate.refuse.ended")
	}
	if !m.Allows(scope, now) {
		return fault.New(fault.Forbidden, "mandate.refuse.scope")
	}
	if m.Kind == Person {
		return nil
	}
	ok, err := s.Serves(tx, by.ID, m.Unit, now) // at a counter: whoever stands there now
	if err == nil && !ok {
		err = fault.New(fault.Forbidden, "mandate.refuse.ended")
	}
	return err
}

// heldBy tells whether an actor holds a mandate: a person by themselves, staff in the post in which it was given.
func heldBy(m Mandate, by access.Actor) bool {
	switch m.Kind {
	case Person:
		return by.Kind == access.Citizen && by.ID != "" && m.Holder == by.ID
	case Staff:
		return by.Kind == access.Staff && m.Holder == by.ID && m.Unit == by.Unit
	case Unit:
		return by.Kind == access.Staff && m.Holder == by.Unit
	}
	return false
}
