package request

import (
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
	"banyan/internal/register/access"
)

const headline = `id, number, case_id, kind, headline, area, lat, lon, channel, person_id, anonymous, consent_publish, received_at, likes, acted_by, acted_as, mandate_id`

func scanHeadline(row db.Scanner) (Headline, error) {
	var h Headline
	var at int64
	err := row.Scan(&h.ID, &h.Number, &h.CaseID, &h.Kind, &h.Text, &h.Area, &h.Point.Lat, &h.Point.Lon, &h.Channel,
		&h.PersonID, &h.Anonymous, &h.Publish, &at, &h.Likes, &h.Acted.By, &h.Acted.As, &h.Acted.Mandate)
	h.ReceivedAt = clock.FromMs(at)
	return h, err
}

// inChunks reads rows for many ids; query is given the IN list.
func inChunks[T any](tx *db.Tx, scan func(db.Scanner) (T, error), query func(in string) string, ids []string) ([]T, error) {
	var all []T
	for chunk := range slices.Chunk(ids, 200) {
		list, err := db.Collect(tx, scan, query(db.In(len(chunk), 1)), db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// selectHeadlines reads by id, number or person_id, oldest first; column is never input.
func (s store) selectHeadlines(column string, values []string) ([]Headline, error) {
	return s.headlines(inChunks(s.tx, scanHeadline, func(in string) string {
		return `SELECT ` + headline + ` FROM request_request WHERE ` + column + ` IN (` + in + `) ORDER BY received_at, id`
	}, values))
}

func selectReceipt(tx *db.Tx, clientID string) (r Receipt, err error) {
	err = tx.QueryRow(`SELECT id, number, case_id FROM request_request WHERE client_id = $1`, clientID).
		Scan(&r.RequestID, &r.Number, &r.CaseID)
	return r, err
}

func selectIDs(tx *db.Tx, caseID string) ([]string, error) {
	return db.Column(tx, `SELECT id FROM request_request WHERE case_id = $1 ORDER BY id`, caseID)
}

func (s store) selectSaid(ids []string) ([]Said, error) {
	said, err := inChunks(s.tx, func(row db.Scanner) (o Said, err error) {
		err = row.Scan(&o.ID, &o.PersonID, &o.Subject, &o.Words, &o.Address, &o.Language)
		return o, err
	}, func(in string) string {
		return `SELECT id, person_id, subject, words, address, language FROM request_request WHERE id IN (` + in + `)`
	}, ids)
	if err != nil {
		return nil, err
	}
	if err := s.said(said); err != nil {
		return nil, err
	}
	type photo struct {
		Photo
		request string
	}
	photos, err := inChunks(s.tx, func(row db.Scanner) (p photo, err error) {
		err = row.Scan(&p.request, &p.Key, &p.Type, &p.Size)
		return p, err
	}, func(in string) string {
		return `SELECT request_id, blob_key, type, size FROM request_photo WHERE request_id IN (` + in + `) ORDER BY request_id, ordinal`
	}, ids)
	for _, p := range photos {
		i := slices.IndexFunc(said, func(o Said) bool { return o.ID == p.request })
		said[i].Photos = append(said[i].Photos, p.Photo)
	}
	if err != nil {
		return nil, err
	}
	return said, s.addRemarks(said, ids)
}

// remark is one as stored.
type remark struct {
	Remark
	id, request string
}

func (s store) addRemarks(said []Said, ids []string) error {
	remarks, err := s.remarks(inChunks(s.tx, scanRemark, func(in string) string {
		return remarkRow + `WHERE request_id IN (` + in + `) ORDER BY at, id`
	}, ids))
	for _, m := range remarks {
		i := slices.IndexFunc(said, func(o Said) bool { return o.ID == m.request })
		said[i].Remarks = append(said[i].Remarks, m.Remark)
	}
	return err
}

const remarkRow = `SELECT id, request_id, at, occasion, words, acted_by, acted_as, mandate_id FROM request_remark `

func scanRemark(row db.Scanner) (m remark, err error) {
	var at int64
	err = row.Scan(&m.id, &m.request, &at, &m.Occasion, &m.Words, &m.Acted.By, &m.Acted.As, &m.Acted.Mandate)
	m.At = clock.FromMs(at)
	return m, err
}

// remarks opens the words of remarks.
func (s store) remarks(list []remark, err error) ([]remark, error) {
	if err != nil {
		return nil, err
	}
	cells := make([]vault.Cell, len(list))
	for i := range list {
		cells[i] = remarkCell(list[i].id, &list[i].Words)
	}
	return list, s.vault.Open(s.tx, cells)
}

func (s store) selectRemarks(id, occasion string) (list []Remark, err error) {
	found, err := s.remarks(db.Collect(s.tx, scanRemark, remarkRow+`WHERE request_id = $1 AND occasion = $2 ORDER BY at, id`, id, occasion))
	for _, m := range found {
		list = append(list, m.Remark)
	}
	return list, err
}

// insertRemark seals a remark with the key of whoever the request is of.
func (s store) insertRemark(id, request string, m Remark) error {
	var person string
	err := s.tx.QueryRow(`SELECT person_id FROM request_request WHERE id = $1`, request).Scan(&person)
	if err != nil {
		return err
	}
	if err := s.vault.Seal(s.tx, subject(person, "request:"+request), remarkCell(id, &m.Words)); err != nil {
		return err
	}
	_, err = s.tx.Exec(`INSERT INTO request_remark (id, request_id, at, occasion, words, acted_by, acted_as, mandate_id) VALUES (`+db.In(8, 1)+`)`,
		id, request, clock.Ms(m.At), m.Occasion, m.Words, m.Acted.By, m.Acted.As, m.Acted.Mandate)
	return err
}

func selectPhotoRequest(tx *db.Tx, blobKey string) (id string, err error) {
	err = tx.QueryRow(`SELECT request_id FROM request_photo WHERE blob_key = $1 ORDER BY request_id LIMIT 1`, blobKey).Scan(&id)
	return id, err
}

func (s store) selectNear(south, north, west, east float64, since time.Time) ([]Headline, error) {
	return s.headlines(db.Collect(s.tx, scanHeadline, `SELECT `+headline+` FROM request_request
		WHERE consent_publish AND lat <> 0 AND lat BETWEEN $1 AND $2 AND lon BETWEEN $3 AND $4 AND received_at >= $5
		ORDER BY received_at DESC LIMIT 500`, south, north, west, east, clock.Ms(since)))
}

func selectConsents(tx *db.Tx, id string) ([]Choice, error) {
	return db.Collect(tx, func(row db.Scanner) (c Choice, err error) {
		var at int64
		var kind string
		err = row.Scan(&c.Granted, &at, &kind, &c.Actor, &c.As)
		c.At, c.Kind = clock.FromMs(at), access.Kind(kind)
		return c, err
	}, `SELECT granted, at, actor_kind, actor_id, acted_as FROM request_consent WHERE request_id = $1 ORDER BY at, id`, id)
}
