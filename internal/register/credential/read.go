package credential

import (
	"encoding/json"
	"errors"
	"fmt"

	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
	"banyan/internal/register/trail"
)

// Of lists what was stated about a person, newest first, to r, in one row of their trail.
func (s *Service) Of(tx *db.Tx, r trail.Reader, person string) ([]Credential, error) {
	list, err := selectOf(tx, person)
	if err != nil || len(list) == 0 {
		return nil, wrapped(err, "list credentials of person "+person)
	}
	for i := range list {
		if err := errors.Join(s.open(tx, &list[i]), s.copies(tx, &list[i])); err != nil {
			return nil, err
		}
	}
	return list, s.Trail.LookAgain(tx, r, trail.Facts, person)
}

// OfPersonTx tells whether a credential is a person's.
func (s *Service) OfPersonTx(tx *db.Tx, id, person string) (bool, error) {
	c, err := selectBy(tx, "id", id)
	if missing(err) {
		return false, nil
	}
	return err == nil && person != "" && c.Person == person, err
}

// seal puts the facts under the person's key.
func (s *Service) seal(tx *db.Tx, c *Credential) error {
	text, err := json.Marshal(c.Facts)
	if err != nil {
		return fmt.Errorf("write the facts of credential %s: %w", c.ID, err)
	}
	c.sealed = string(text)
	return s.Vault.Seal(tx, c.Person, c.cell(&c.sealed))
}

// open reads the facts.
func (s *Service) open(tx *db.Tx, c *Credential) error {
	text := c.sealed
	if err := s.Vault.Open(tx, []vault.Cell{c.cell(&text)}); err != nil {
		return fmt.Errorf("open credential %s: %w", c.ID, err)
	}
	c.Facts = Facts{}
	if text == "" {
		return nil // the person was forgotten
	}
	if err := json.Unmarshal([]byte(text), &c.Facts); err != nil {
		return fmt.Errorf("read the facts of credential %s: %w", c.ID, err)
	}
	return nil
}

func (c *Credential) cell(text *string) vault.Cell {
	return vault.Cell{Table: "credential_credential", Column: "facts", Row: c.ID, Text: text}
}
