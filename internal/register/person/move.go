package person

import (
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
	"banyan/internal/register/trail"
)

// Move gives a person another phone: the caller has proven that whoever wants it holds that phone. Whoever the register knew by it becomes
// the same as id and leads there; their id is given, "" when there was nobody. It writes that r saw the phone. Conflict when it is id's
// own already, or when id leads to another.
func (s *Service) Move(tx *db.Tx, r trail.Reader, id string, to Phone) (from string, err error) {
	in := store{tx, s.vault}
	p, err := in.one(id)
	if err != nil {
		return "", err
	}
	from, known, err := s.Find(tx, to)
	if err != nil {
		return "", err
	}
	if p.ID != id || from == id {
		return "", fault.New(fault.Conflict, "person.phone_own")
	}
	if known {
		if err := takePhone(tx, from); err != nil {
			return "", fmt.Errorf("take the phone of person %s: %w", from, err)
		}
	}
	if err := in.setPhone(id, to, s.Index(to)); err != nil {
		return "", fmt.Errorf("give person %s another phone: %w", id, err)
	}
	if known {
		if err := in.join(from, id); err != nil {
			return "", fmt.Errorf("join person %s to %s: %w", from, id, err)
		}
	}
	return from, s.trail.Look(tx, r, []string{trail.Phone}, id)
}
