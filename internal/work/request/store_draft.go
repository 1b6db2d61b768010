package request

import (
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

func (s store) insertPiece(id string, d Draft, p Piece) error {
	err := s.vault.Seal(s.tx, subject(d.Person, "draft:"+id), draftCell(id, "words", &p.Words), draftCell(id, "address", &p.Address))
	if err != nil {
		return err
	}
	_, err = s.tx.Exec(`INSERT INTO request_draft
		(id, person_id, channel, ref, ordinal, words, address, lat, lon, blob_key, type, size, at) VALUES (`+db.In(13, 1)+`)`,
		id, d.Person, d.Channel, d.Ref, p.Ordinal, p.Words, p.Address, p.Point.Lat, p.Point.Lon, p.Photo.Key, p.Photo.Type, p.Photo.Size, clock.Ms(p.At))
	return err
}

func (s store) selectPieces(d Draft) ([]Piece, error) {
	var ids []string
	pieces, err := db.Collect(s.tx, func(row db.Scanner) (p Piece, err error) {
		var id string
		var at int64
		err = row.Scan(&id, &p.Ordinal, &p.Words, &p.Address, &p.Point.Lat, &p.Point.Lon, &p.Photo.Key, &p.Photo.Type, &p.Photo.Size, &at)
		p.At, ids = clock.FromMs(at), append(ids, id)
		return p, err
	}, `SELECT id, ordinal, words, address, lat, lon, blob_key, type, size, at FROM request_draft
		WHERE person_id = $1 AND channel = $2 AND ref = $3 ORDER BY ordinal, id`, d.Person, d.Channel, d.Ref)
	if err != nil {
		return nil, err
	}
	var cells []vault.Cell
	for i := range pieces {
		cells = append(cells, draftCell(ids[i], "words", &pieces[i].Words), draftCell(ids[i], "address", &pieces[i].Address))
	}
	return pieces, s.vault.Open(s.tx, cells)
}

func deletePieces(tx *db.Tx, d Draft) error {
	_, err := tx.Exec(`DELETE FROM request_draft WHERE person_id = $1 AND channel = $2 AND ref = $3`, d.Person, d.Channel, d.Ref)
	return err
}

func selectDrafts(tx *db.Tx, channel string, since time.Time, limit int) ([]Draft, error) {
	return db.Collect(tx, func(row db.Scanner) (d Draft, err error) {
		d.Channel = channel
		err = row.Scan(&d.Person, &d.Ref)
		return d, err
	}, `SELECT person_id, ref FROM request_draft WHERE channel = $1 GROUP BY person_id, ref HAVING max(at) <= $2
		ORDER BY max(at) LIMIT $3`, channel, clock.Ms(since), limit)
}

// hasDraftFile tells whether a piece of any draft holds the stored file.
func hasDraftFile(tx *db.Tx, key string) (bool, error) {
	ids, err := db.Column(tx, `SELECT id FROM request_draft WHERE blob_key <> '' AND blob_key = $1`, key)
	return len(ids) > 0, err
}
