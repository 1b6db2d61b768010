package request

import (
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

const headline = `id, number, case_id, kind, headline, area, lat, lon, channel, person_id, anonymous, consent_publish, received_at, likes`

func scanHeadline(row db.Scanner) (Headline, error) {
	var h Headline
	var at int64
	err := row.Scan(&h.ID, &h.Number, &h.CaseID, &h.Kind, &h.Text, &h.Area, &h.Point.Lat, &h.Point.Lon, &h.Channel,
		&h.PersonID, &h.Anonymous, &h.Publish, &at, &h.Likes)
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
func selectHeadlines(tx *db.Tx, column string, values []string) ([]Headline, error) {
	return inChunks(tx, scanHeadline, func(in string) string {
		return `SELECT ` + headline + ` FROM request_request WHERE ` + column + ` IN (` + in + `) ORDER BY received_at, id`
	}, values)
}

func selectReceipt(tx *db.Tx, clientID string) (r Receipt, err error) {
	err = tx.QueryRow(`SELECT id, number, case_id FROM request_request WHERE client_id = $1`, clientID).
		Scan(&r.RequestID, &r.Number, &r.CaseID)
	return r, err
}

func selectIDs(tx *db.Tx, caseID string) ([]string, error) {
	return db.Column(tx, `SELECT id FROM request_request WHERE case_id = $1 ORDER BY id`, caseID)
}

func selectSaid(tx *db.Tx, ids []string) ([]Said, error) {
	said, err := inChunks(tx, func(row db.Scanner) (s Said, err error) {
		err = row.Scan(&s.ID, &s.PersonID, &s.Subject, &s.Words, &s.Address, &s.Language)
		return s, err
	}, func(in string) string {
		return `SELECT id, person_id, subject, words, address, language FROM request_request WHERE id IN (` + in + `)`
	}, ids)
	if err != nil {
		return nil, err
	}
	type photo struct {
		Photo
		request string
	}
	photos, err := inChunks(tx, func(row db.Scanner) (p photo, err error) {
		err = row.Scan(&p.request, &p.Key, &p.Type, &p.Size)
		return p, err
	}, func(in string) string {
		return `SELECT request_id, blob_key, type, size FROM request_photo WHERE request_id IN (` + in + `) ORDER BY request_id, ordinal`
	}, ids)
	for _, p := range photos {
		i := slices.IndexFunc(said, func(s Said) bool { return s.ID == p.request })
		said[i].Photos = append(said[i].Photos, p.Photo)
	}
	if err != nil {
		return nil, err
	}
	return said, addRemarks(tx, said, ids)
}

func addRemarks(tx *db.Tx, said []Said, ids []string) error {
	type remark struct {
		Remark
		request string
	}
	remarks, err := inChunks(tx, func(row db.Scanner) (m remark, err error) {
		var at int64
		err = row.Scan(&m.request, &at, &m.Occasion, &m.Words)
		m.At = clock.FromMs(at)
		return m, err
	}, func(in string) string {
		return `SELECT request_id, at, occasion, words FROM request_remark WHERE request_id IN (` + in + `) ORDER BY at, id`
	}, ids)
	for _, m := range remarks {
		i := slices.IndexFunc(said, func(s Said) bool { return s.ID == m.request })
		said[i].Remarks = append(said[i].Remarks, m.Remark)
	}
	return err
}

func selectRemarks(tx *db.Tx, id, occasion string) ([]Remark, error) {
	return db.Collect(tx, func(row db.Scanner) (m Remark, err error) {
		var at int64
		err = row.Scan(&at, &m.Occasion, &m.Words)
		m.At = clock.FromMs(at)
		return m, err
	}, `SELECT at, occasion, words FROM request_remark WHERE request_id = $1 AND occasion = $2 ORDER BY at, id`, id, occasion)
}

func insertRemark(tx *db.Tx, id, request string, m Remark) error {
	_, err := tx.Exec(`INSERT INTO request_remark (id, request_id, at, occasion, words) VALUES ($1,$2,$3,$4,$5)`,
		id, request, clock.Ms(m.At), m.Occasion, m.Words)
	return err
}

func selectPhotoRequest(tx *db.Tx, blobKey string) (id string, err error) {
	err = tx.QueryRow(`SELECT request_id FROM request_photo WHERE blob_key = $1 ORDER BY request_id LIMIT 1`, blobKey).Scan(&id)
	return id, err
}

func selectNear(tx *db.Tx, south, north, west, east float64, since time.Time) ([]Headline, error) {
	return db.Collect(tx, scanHeadline, `SELECT `+headline+` FROM request_request
		WHERE consent_publish AND lat <> 0 AND lat BETWEEN $1 AND $2 AND lon BETWEEN $3 AND $4 AND received_at >= $5
		ORDER BY received_at DESC LIMIT 500`, south, north, west, east, clock.Ms(since))
}

func selectConsents(tx *db.Tx, id string) ([]Choice, error) {
	return db.Collect(tx, func(row db.Scanner) (c Choice, err error) {
		var at int64
		var kind string
		err = row.Scan(&c.Granted, &at, &kind, &c.Actor)
		c.At, c.Kind = clock.FromMs(at), access.Kind(kind)
		return c, err
	}, `SELECT granted, at, actor_kind, actor_id FROM request_consent WHERE request_id = $1 ORDER BY at, id`, id)
}
