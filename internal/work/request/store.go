package request

import (
	"embed"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/register/access"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the requests' tables.
func Schema() db.Schema { return db.Schema{Module: "request", Files: schema} }

// row is a request as stored. Words never change: no statement here updates them.
type row struct {
	Headline
	clientID, subject, words, address, language, source string
}

// insertRequest tells whether the row went in; false when its client id or number is taken.
func (s store) insertRequest(r row) (bool, error) {
	if err := s.vault.Seal(s.tx, subject(r.PersonID, "request:"+r.ID), r.cells()...); err != nil {
		return false, err
	}
	n, err := s.tx.Exec(`INSERT INTO request_request
		(id, client_id, number, case_id, kind, subject, words, headline, address, lat, lon, area, channel, language,
		 person_id, anonymous, consent_publish, received_at, source, likes, acted_by, acted_as, mandate_id)
		VALUES (`+db.In(23, 1)+`) ON CONFLICT DO NOTHING`,
		r.ID, r.clientID, r.Number, r.CaseID, r.Kind, r.subject, r.words, r.Text, r.address, r.Point.Lat, r.Point.Lon,
		r.Area, r.Channel, r.language, r.PersonID, r.Anonymous, r.Publish, clock.Ms(r.ReceivedAt), r.source, r.Likes, r.Acted.By, r.Acted.As, r.Acted.Mandate)
	return n == 1, err
}

func insertPhotos(tx *db.Tx, id string, photos []Photo) error {
	for i, p := range photos {
		_, err := tx.Exec(`INSERT INTO request_photo (request_id, ordinal, blob_key, type, size) VALUES ($1, $2, $3, $4, $5)`,
			id, i+1, p.Key, p.Type, p.Size)
		if err != nil {
			return err
		}
	}
	return nil
}

func insertConsent(tx *db.Tx, rowID, id string, granted bool, at time.Time, by access.Actor) error {
	_, err := tx.Exec(`INSERT INTO request_consent (id, request_id, granted, at, actor_kind, actor_id, acted_as)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, rowID, id, granted, clock.Ms(at), string(by.Kind), by.ID, by.For.As)
	return err
}

func updateConsent(tx *db.Tx, id string, granted bool) error {
	_, err := tx.Exec(`UPDATE request_request SET consent_publish = $1 WHERE id = $2`, granted, id)
	return err
}

func updateCase(tx *db.Tx, id, caseID string) (int64, error) {
	return tx.Exec(`UPDATE request_request SET case_id = $1 WHERE id = $2`, caseID, id)
}

func updatePerson(tx *db.Tx, from, to string) error {
	_, err := tx.Exec(`UPDATE request_request SET person_id = $1 WHERE person_id = $2 AND person_id <> ''`, to, from)
	if err == nil {
		_, err = tx.Exec(`UPDATE request_draft SET person_id = $1 WHERE person_id = $2`, to, from)
	}
	return err
}
