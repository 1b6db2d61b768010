package request

import (
	"fmt"
	"slices"

	"banyan/internal/platform/db"
)

// Give moves the requests of one person to another, in the transaction in which the register of people has found that
// both are the same (see person.Join).
func (s *Service) Give(tx *db.Tx, from, to string) error {
	if err := updatePerson(tx, from, to); err != nil {
		return fmt.Errorf("give the requests of person %s to %s: %w", from, to, err)
	}
	return nil
}

// Own gives a person's request by its number as people write it. NotFound when there is none or it is another's;
// Invalid when it is no number.
func (s *Service) Own(tx *db.Tx, person, number string) (Headline, error) {
	number, err := s.ParseNumber(number)
	if err != nil {
		return Headline{}, err
	}
	h, err := s.ByNumber(tx, number)
	if err == nil && (h.PersonID == "" || h.PersonID != person) {
		return Headline{}, notFound()
	}
	return h, err
}

// OfPersonTx is OfPerson inside the caller's transaction.
func (s *Service) OfPersonTx(tx *db.Tx, person string) ([]Headline, error) {
	if person == "" {
		return nil, nil
	}
	list, err := s.in(tx).selectHeadlines("person_id", []string{person})
	slices.Reverse(list)
	return list, err
}
