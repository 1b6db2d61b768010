package mandate

import (
	"context"
	"slices"

	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

// GivenBy lists what a person allowed, newest first, with what has ended.
func (s *Service) GivenBy(tx *db.Tx, person string) ([]Mandate, error) {
	list, err := selectBy(tx, "giver", person)
	return list, wrapped(err, "list what person "+person+" allowed")
}

// HeldBy lists what a person holds or is offered, newest first, with what has ended.
func (s *Service) HeldBy(tx *db.Tx, person string) ([]Mandate, error) {
	list, err := selectHeld(tx, Person, person)
	return list, wrapped(err, "list what person "+person+" holds")
}

// HeldAt lists what a member of staff and their unit hold now, newest first.
func (s *Service) HeldAt(ctx context.Context, by access.Actor) (list []Mandate, err error) {
	now := s.Clock.Now()
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		own, err := selectHeld(tx, Staff, by.ID)
		if err != nil {
			return err
		}
		of, err := selectHeld(tx, Unit, by.Unit)
		list = slices.DeleteFunc(append(own, of...), func(m Mandate) bool { return !heldBy(m, by) || m.State(now) != Holds })
		return err
	})
	return list, wrapped(err, "list what staff "+by.ID+" hold")
}

// OfTx gives a mandate to its giver or its holder. NotFound for anybody else.
func (s *Service) OfTx(tx *db.Tx, by access.Actor, id string) (Mandate, error) {
	m, err := s.one(tx, id)
	if err == nil && (by.ID == "" || m.Giver != by.ID && !heldBy(m, by)) {
		err = unknown()
	}
	return m, err
}

// NotedTx gives a mandate to the unit that wrote it down. NotFound for anybody else.
func (s *Service) NotedTx(tx *db.Tx, by access.Actor, id string) (Mandate, error) {
	m, err := s.one(tx, id)
	if err == nil && (by.Kind != access.Staff || by.Unit == "" || m.NotedUnit != by.Unit) {
		err = unknown()
	}
	return m, err
}
