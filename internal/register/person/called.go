package person

import (
	"cmp"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/register/trail"
)

// Words is what somebody masked is called: the name, or without one the phone or e-mail address.
func (h Hidden) Words() string { return cmp.Or(h.Name, h.Phone, h.Email, "—") }

// Called gives the masked name and phone of somebody with whom r has to do for a while, such as for whom they act: as long as it is the
// same matter, one row in half an hour is enough. NotFound for an unknown id.
func (s *Service) Called(tx *db.Tx, r trail.Reader, id string) (Hidden, error) {
	in := store{tx, s.vault}
	p, err := in.one(id)
	if err == nil && p.Phone == "" {
		p, err = in.withAddresses(p)
	}
	if err != nil {
		return Hidden{}, fmt.Errorf("name person %s: %w", id, err)
	}
	return s.hidden(r.Actor.ID, p), s.trail.LookAgain(tx, r, trail.Masked, p.ID)
}
