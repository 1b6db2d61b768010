package person

import (
	"database/sql"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

// Join makes a person who has no phone the same as one who has: the caller has proven that whoever writes from
// the addresses of id holds the phone of into, for instance by a code sent to it. The addresses move; id leads to into
// from now on. Conflict when id has a phone already; NotFound for an unknown person. It shows nothing.
func (s *Service) Join(tx *db.Tx, id, into string) error {
	if id == into {
		return nil
	}
	in := store{tx, s.vault}
	from, err := in.selectOne(id)
	if err == nil {
		_, err = in.selectOne(into)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "person.not_found")
	}
	if err != nil {
		return fmt.Errorf("join person %s to %s: %w", id, into, err)
	}
	if from.Phone != "" || from.same != "" {
		return fault.New(fault.Conflict, "person.joined_already")
	}
	if err := in.join(id, into); err != nil {
		return fmt.Errorf("join person %s to %s: %w", id, into, err)
	}
	return nil
}

// Same gives the ids under which a person was known: their own first, then those that were joined to it. What
// was written down under an old id, such as who looked, is found with them.
func (s *Service) Same(tx *db.Tx, id string) ([]string, error) {
	if id == "" {
		return nil, nil
	}
	old, err := selectJoined(tx, id)
	if err != nil {
		return nil, fmt.Errorf("find who is the same as person %s: %w", id, err)
	}
	return append([]string{id}, old...), nil
}
