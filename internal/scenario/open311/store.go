package open311

import (
	"database/sql"
	"embed"
	"errors"
	"slices"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the room's tables.
func Schema() db.Schema { return db.Schema{Module: "open311", Files: schema} }

const recordColumns = `id, number, case_id, realm, key_id, service, open, state, reason, answer, agency, area, lat, lon, description, media,
	requested_at, updated_at, expected_at`

func scanRecord(row db.Scanner) (r Record, err error) {
	var requested, updated, expected int64
	err = row.Scan(&r.ID, &r.Number, &r.Case, &r.Realm, &r.Key, &r.Service, &r.Open, &r.State, &r.Reason, &r.Answer, &r.Agency, &r.Area,
		&r.Point.Lat, &r.Point.Lon, &r.Description, &r.Media, &requested, &updated, &expected)
	r.RequestedAt, r.UpdatedAt, r.ExpectedAt = clock.FromMs(requested), clock.FromMs(updated), clock.FromMs(expected)
	return r, err
}

func saveRecord(tx *db.Tx, r Record) error {
	_, err := tx.Exec(`INSERT INTO open311_request (`+recordColumns+`, cell) VALUES (`+db.In(20, 1)+`)
		ON CONFLICT (id) DO UPDATE SET case_id=excluded.case_id, realm=excluded.realm, service=excluded.service, open=excluded.open,
		state=excluded.state, reason=excluded.reason, answer=excluded.answer, agency=excluded.agency, area=excluded.area,
		description=excluded.description, media=excluded.media, updated_at=excluded.updated_at, expected_at=excluded.expected_at`,
		r.ID, r.Number, r.Case, r.Realm, r.Key, r.Service, r.Open, string(r.State), r.Reason, r.Answer, r.Agency, r.Area,
		r.Point.Lat, r.Point.Lon, r.Description, r.Media, clock.Ms(r.RequestedAt), clock.Ms(r.UpdatedAt), clock.Ms(r.ExpectedAt), cell(r.Point))
	return err
}

// deleteRecord takes away a request that nobody may see any more, with what was told of it.
func deleteRecord(tx *db.Tx, id string) error {
	if _, err := tx.Exec(`DELETE FROM open311_update WHERE request_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(`DELETE FROM open311_request WHERE id = $1`, id)
	return err
}

// recordsOf gives the records of a case and of further requests.
func recordsOf(tx *db.Tx, caseID string, ids []string) ([]Record, error) {
	list, err := db.Collect(tx, scanRecord, `SELECT `+recordColumns+` FROM open311_request WHERE case_id = $1 ORDER BY id`, caseID)
	if err != nil || len(ids) == 0 {
		return list, err
	}
	more, err := recordsIn(tx, "id", ids)
	for _, r := range more {
		if !slices.ContainsFunc(list, func(known Record) bool { return known.ID == r.ID }) {
			list = append(list, r)
		}
	}
	return list, err
}

// recordsIn reads by id or number; column is never input.
func recordsIn(tx *db.Tx, column string, values []string) ([]Record, error) {
	var all []Record
	for chunk := range slices.Chunk(values, 200) {
		list, err := db.Collect(tx, scanRecord, `SELECT `+recordColumns+` FROM open311_request WHERE `+column+` IN (`+db.In(len(chunk), 1)+`) ORDER BY id`,
			db.Args(chunk)...)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

func insertToken(tx *db.Tx, token, request string) error {
	_, err := tx.Exec(`INSERT INTO open311_token (token, request_id) VALUES ($1, $2)`, token, request)
	return err
}

// tokenOf gives the token of a request, or "" when it has none.
func tokenOf(tx *db.Tx, request string) (token string, err error) {
	err = tx.QueryRow(`SELECT token FROM open311_token WHERE request_id = $1`, request).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return token, err
}

// byToken gives the record a token stands for.
func byToken(tx *db.Tx, token string) (Record, error) {
	var id string
	if err := tx.QueryRow(`SELECT request_id FROM open311_token WHERE token = $1`, token).Scan(&id); err != nil {
		return Record{}, err
	}
	return scanRecord(tx.QueryRow(`SELECT `+recordColumns+` FROM open311_request WHERE id = $1`, id))
}

func insertUpdate(tx *db.Tx, u Update) error {
	_, err := tx.Exec(`INSERT INTO open311_update (id, request_id, number, realm, key_id, at, open, state, reason, answer, agency, due_at)
		VALUES (`+db.In(12, 1)+`) ON CONFLICT (id) DO NOTHING`,
		u.ID, u.Request, u.Number, u.Realm, u.Key, clock.Ms(u.At), u.Open, string(u.State), u.Reason, u.Answer, u.Agency, clock.Ms(u.DueAt))
	return err
}

func moveUpdates(tx *db.Tx, request, realm string) error {
	_, err := tx.Exec(`UPDATE open311_update SET realm = $2 WHERE request_id = $1`, request, realm)
	return err
}

// said is an update a client sent.
type said struct {
	Key, Update, ID, Request, Did string
	At                            time.Time
}

// selectSaid finds an update that was here before; sql.ErrNoRows when it was not.
func selectSaid(tx *db.Tx, key, update string) (s said, err error) {
	var at int64
	s.Key, s.Update = key, update
	err = tx.QueryRow(`SELECT id, request_id, did, at FROM open311_said WHERE key_id = $1 AND update_id = $2`, key, update).
		Scan(&s.ID, &s.Request, &s.Did, &at)
	s.At = clock.FromMs(at)
	return s, err
}

func insertSaid(tx *db.Tx, s said) error {
	_, err := tx.Exec(`INSERT INTO open311_said (key_id, update_id, id, request_id, did, at) VALUES ($1,$2,$3,$4,$5,$6)`,
		s.Key, s.Update, s.ID, s.Request, s.Did, clock.Ms(s.At))
	return err
}

// dropTrials forgets up to limit of the reports, and of the updates, that were made at the test endpoint before a time,
// and tells whether there may be more. A report goes after its updates.
func dropTrials(tx *db.Tx, before time.Time, limit int) (more bool, err error) {
	at := clock.Ms(before)
	updates, err := tx.Exec(`DELETE FROM open311_update WHERE id IN (
		SELECT id FROM open311_update WHERE realm = 'test' AND at < $1 ORDER BY at, id LIMIT $2)`, at, limit)
	if err != nil || updates == int64(limit) {
		return true, err
	}
	const old = `(SELECT id FROM open311_request WHERE realm = 'test' AND requested_at < $1 ORDER BY requested_at, id LIMIT $2)`
	var n int64
	for _, statement := range []string{
		`DELETE FROM open311_token WHERE request_id IN ` + old, `DELETE FROM open311_said WHERE request_id IN ` + old, `DELETE FROM open311_request WHERE id IN ` + old,
	} {
		if n, err = tx.Exec(statement, at, limit); err != nil {
			return false, err
		}
	}
	return n == int64(limit), nil
}

func marked(tx *db.Tx, name string) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM open311_mark WHERE name = $1`, name).Scan(&n)
	return n > 0, err
}

func mark(tx *db.Tx, name string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO open311_mark (name, at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, clock.Ms(at))
	return err
}
