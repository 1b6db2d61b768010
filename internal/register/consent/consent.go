package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/access"
	"banyan/internal/register/trail"
)

// Deps are what the service stands on.
type Deps struct {
	DB       *db.DB
	Clock    clock.Clock
	Trail    *trail.Log
	Policy   *access.Policy
	Purposes *Register
	Same     func(tx *db.Tx, person string) ([]string, error) // ids somebody is known under; people are package person's
}

// Service keeps texts, consents and assessments.
type Service struct{ Deps }

// New makes the service over a store that has its schema.
func New(d Deps) *Service { return &Service{d} }

// Need refuses unless a purpose may be pursued with a person's data now. The refusal is Forbidden and its key says why (see Unknown and
// its neighbours). Where the basis is not consent, nobody needs to have agreed.
func (s *Service) Need(tx *db.Tx, person, purpose string) error {
	return s.NeedIn(tx, person, purpose, "")
}

// NeedIn is Need for a purpose that is agreed to in each matter; the matter is a request's id.
func (s *Service) NeedIn(tx *db.Tx, person, purpose, matter string) error {
	st, err := s.standing(tx, purpose)
	if err != nil {
		return err
	}
	if st.text.Basis == Agreed && st.asked != InApp {
		held, err := s.held(tx, person, purpose, matter)
		if err != nil {
			return err
		}
		for _, c := range held {
			st.agreed = max(st.agreed, c.Version)
		}
	}
	return refuse(purpose, st.refusal())
}

// Live refuses as Need does when a purpose cannot be pursued with anybody: it is not known, not in force, or not assessed. It gives the
// text in force.
func (s *Service) Live(tx *db.Tx, purpose string) (Text, error) {
	st, err := s.standing(tx, purpose)
	if err != nil {
		return Text{}, err
	}
	return st.text, refuse(purpose, st.live())
}

func refuse(purpose, why string) error {
	if why == "" {
		return nil
	}
	return fault.New(fault.Forbidden, why).Wrap(fmt.Errorf("purpose %s", purpose))
}

// Refused tells whether an error is a refusal of Need or Live, and not a failure.
func Refused(err error) bool {
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Forbidden {
		return false
	}
	switch f.Key {
	case Unknown, NotYet, NotAssessed, NotGiven, Renewed:
		return true
	}
	return false
}

// standing reads how a purpose stands now, without any person.
func (s *Service) standing(tx *db.Tx, purpose string) (st standing, err error) {
	p, ok := s.Purposes.Get(purpose)
	if !ok {
		return st, refuse(purpose, Unknown)
	}
	st.asked = p.Asked
	st.text, st.inForce = p.InForce(s.Clock.Now())
	if st.inForce && st.text.Risky() {
		st.assessed, err = hasApproved(tx, purpose, st.text.Version, s.Clock.Now())
	}
	if err != nil {
		return st, fmt.Errorf("read the assessments of purpose %s: %w", purpose, err)
	}
	return st, nil
}

// held are the consents of a person to a purpose that were not taken back, under whatever id they were given.
func (s *Service) held(tx *db.Tx, person, purpose, matter string) ([]Consent, error) {
	ids, err := s.same(tx, person)
	if err != nil {
		return nil, err
	}
	list, err := selectHeld(tx, ids, purpose, matter)
	if err != nil {
		return nil, fmt.Errorf("read the consents of person %s to %s: %w", person, purpose, err)
	}
	return list, nil
}

// same are the ids of a person. Somebody unknown agrees in a matter of theirs alone.
func (s *Service) same(tx *db.Tx, person string) ([]string, error) {
	if person == "" {
		return []string{""}, nil
	}
	return s.Same(tx, person)
}

// Sync keeps the pack's texts in the store. A text that was in force must be what it was: the error says which one is not, and that a
// new version is needed.
func (s *Service) Sync(ctx context.Context) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Purposes.Check(tx, s.Clock.Now()); err != nil {
			return err
		}
		for _, p := range s.Purposes.list {
			for _, t := range p.Texts {
				if err := putText(tx, p.ID, t, s.Clock.Now()); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the texts of the purposes: %w", err)
	}
	return nil
}

// Check compares the register's texts with those in a store: each that is in force there must be here, word for word. Purposes
// may go; their texts stay in the store for the receipts.
func (r *Register) Check(tx *db.Tx, now time.Time) error {
	kept, err := selectTexts(tx)
	if err != nil {
		return err
	}
	var found []error
	for _, k := range kept {
		p, ok := r.Get(k.purpose)
		if !ok || k.from.After(now) {
			continue
		}
		if t, ok := p.Version(k.version); !ok || t.Hash(p.ID) != k.hash {
			found = append(found, fmt.Errorf("purpose %s: version %d is in force since %s and cannot change; write a new version", k.purpose, k.version, k.from.In(clock.City).Format(time.DateOnly)))
		}
	}
	return errors.Join(found...)
}

// TextOf gives a version of a purpose's text as it was in force, also of a purpose that is no more. NotFound for none.
func (s *Service) TextOf(tx *db.Tx, purpose string, version int) (Text, error) {
	t, err := selectText(tx, purpose, version)
	return t, none(err, "read the text of purpose "+purpose)
}

// EraseTx forgets what a person agreed to. The rows of the trail stay; they hold ids alone.
func (s *Service) EraseTx(tx *db.Tx, person string) error {
	if err := deleteGiven(tx, person); err != nil {
		return fmt.Errorf("erase what person %s agreed to: %w", person, err)
	}
	return nil
}
