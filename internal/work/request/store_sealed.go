package request

import (
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

// store reads and writes one transaction's requests. What somebody said goes in and out through the vault: under the key of the
// person who said it, or under one of the request's own when nobody knows who did.
type store struct {
	tx    *db.Tx
	vault *vault.Vault
}

func (s *Service) in(tx *db.Tx) store { return store{tx, s.People.Vault()} }

// subject is whose key seals something: the person's, or that of the thing itself.
func subject(person, thing string) string {
	if person != "" {
		return person
	}
	return thing
}

func requestCell(id, column string, text *string) vault.Cell {
	return vault.Cell{Table: "request_request", Column: column, Row: id, Text: text}
}

func remarkCell(id string, text *string) vault.Cell {
	return vault.Cell{Table: "request_remark", Column: "words", Row: id, Text: text}
}

func draftCell(id, column string, text *string) vault.Cell {
	return vault.Cell{Table: "request_draft", Column: column, Row: id, Text: text}
}

// cells are what is sealed of a request.
func (r *row) cells() []vault.Cell {
	return []vault.Cell{
		requestCell(r.ID, "subject", &r.subject), requestCell(r.ID, "words", &r.words),
		requestCell(r.ID, "address", &r.address), requestCell(r.ID, "headline", &r.Text),
	}
}

// headlines opens the texts of headlines.
func (s store) headlines(list []Headline, err error) ([]Headline, error) {
	if err != nil {
		return nil, err
	}
	cells := make([]vault.Cell, len(list))
	for i := range list {
		cells[i] = requestCell(list[i].ID, "headline", &list[i].Text)
	}
	if err := s.vault.Open(s.tx, cells); err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Erased = cells[i].Gone
	}
	return list, nil
}

// said opens what was said.
func (s store) said(list []Said) error {
	const each = 3
	cells := make([]vault.Cell, 0, each*len(list))
	for i := range list {
		o := &list[i]
		cells = append(cells, requestCell(o.ID, "words", &o.Words), requestCell(o.ID, "subject", &o.Subject), requestCell(o.ID, "address", &o.Address))
	}
	err := s.vault.Open(s.tx, cells)
	for i := range list {
		list[i].Erased = cells[each*i].Gone
	}
	return err
}
