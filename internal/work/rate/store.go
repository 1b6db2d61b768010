package rate

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

func addRating(tx *db.Tx, r Rating) error {
	reasons, err := json.Marshal(r.Reasons)
	if err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO rate_rating (id, request_id, case_id, unit, level, reasons, channel, at, acted_by, acted_as, mandate_id)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)
		ON CONFLICT (request_id) DO NOTHING`, r.ID, r.Request, r.Case, r.Unit, int(r.Level), string(reasons), r.Channel, clock.Ms(r.At), r.Acted.By, r.Acted.As, r.Acted.Mandate)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "rate.refuse.rated")
	}
	return err
}

func getRating(tx *db.Tx, request string) (Rating, error) {
	var r Rating
	var reasons string
	var at int64
	err := tx.QueryRow(`SELECT id, request_id, case_id, unit, level, reasons, channel, at, acted_by, acted_as, mandate_id FROM rate_rating WHERE request_id = $1`, request).
		Scan(&r.ID, &r.Request, &r.Case, &r.Unit, &r.Level, &reasons, &r.Channel, &at, &r.Acted.By, &r.Acted.As, &r.Acted.Mandate)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "rate.missing")
	}
	if err != nil {
		return r, fmt.Errorf("read the rating of request %s: %w", request, err)
	}
	r.At = clock.FromMs(at)
	err = json.Unmarshal([]byte(reasons), &r.Reasons)
	return r, err
}

func tally(tx *db.Tx, unit string, from, to time.Time) (n [6]int, err error) {
	rows, err := tx.Query(`SELECT level, count(*) FROM rate_rating WHERE ($1 = '' OR unit = $1) AND at >= $2 AND at < $3 GROUP BY level`,
		unit, clock.Ms(from), clock.Ms(to))
	if err != nil {
		return n, fmt.Errorf("count ratings: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var level, count int
		if err := rows.Scan(&level, &count); err != nil {
			return n, err
		}
		if level >= 1 && level <= 5 {
			n[level] = count
		}
	}
	return n, rows.Err()
}

const columns = `id, rating_id, request_id, case_id, unit, path, state, opened_at, due_at, breached, back, fixed, fixed_by, fixed_at, ended, ended_by, ended_at`

func addRectification(tx *db.Tx, r Rectification) error {
	_, err := tx.Exec(`INSERT INTO rate_rectification (`+columns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,0,'','',0,'','',0)`,
		r.ID, r.Rating, r.Request, r.Case, r.Unit, r.Path, string(r.State), clock.Ms(r.OpenedAt), clock.Ms(r.DueAt), r.Breached)
	return err
}

func saveRectification(tx *db.Tx, r Rectification) error {
	_, err := tx.Exec(`UPDATE rate_rectification SET state=$2, breached=$3, back=$4, fixed=$5, fixed_by=$6, fixed_at=$7, ended=$8, ended_by=$9, ended_at=$10 WHERE id=$1`,
		r.ID, string(r.State), r.Breached, r.Back, r.Fixed, r.FixedBy, clock.Ms(r.FixedAt), r.Ended, r.EndedBy, clock.Ms(r.EndedAt))
	return err
}

func scanRectification(row db.Scanner) (Rectification, error) {
	var r Rectification
	var opened, due, fixed, ended int64
	err := row.Scan(&r.ID, &r.Rating, &r.Request, &r.Case, &r.Unit, &r.Path, &r.State, &opened, &due, &r.Breached, &r.Back,
		&r.Fixed, &r.FixedBy, &fixed, &r.Ended, &r.EndedBy, &ended)
	r.OpenedAt, r.DueAt, r.FixedAt, r.EndedAt = clock.FromMs(opened), clock.FromMs(due), clock.FromMs(fixed), clock.FromMs(ended)
	return r, err
}

func getRectification(tx *db.Tx, id string) (Rectification, error) {
	r, err := scanRectification(tx.QueryRow(`SELECT `+columns+` FROM rate_rectification WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "rate.missing")
	}
	return r, err
}

func listRectifications(tx *db.Tx, where string, args ...any) ([]Rectification, error) {
	list, err := db.Collect(tx, scanRectification, `SELECT `+columns+` FROM rate_rectification `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("list rectifications: %w", err)
	}
	return list, nil
}

func lateRectifications(tx *db.Tx, now time.Time, limit int) ([]Rectification, error) {
	return listRectifications(tx, `WHERE state = 'open' AND NOT breached AND due_at < $1 ORDER BY due_at LIMIT $2`, clock.Ms(now), limit)
}
