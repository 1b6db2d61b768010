package person

import (
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

// takePhone leaves a person without a phone.
func takePhone(tx *db.Tx, id string) error {
	_, err := tx.Exec(`UPDATE person_person SET phone = '', phone_index = NULL WHERE id = $1`, id)
	return err
}

// setPhone seals a phone and keeps it in place of the old one.
func (s store) setPhone(id string, to Phone, index string) error {
	name, phone := "", string(to)
	if err := s.vault.Seal(s.tx, id, phoneCell(cells(id, &name, &phone))); err != nil {
		return err
	}
	_, err := s.tx.Exec(`UPDATE person_person SET phone = $1, phone_index = $2 WHERE id = $3`, phone, index, id)
	return err
}

// phoneCell picks the phone of a person's cells.
func phoneCell(all []vault.Cell) vault.Cell { return all[1] }
