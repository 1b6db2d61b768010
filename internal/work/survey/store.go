package survey

import (
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/fault"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of surveys.
func Schema() db.Schema { return db.Schema{Module: "survey", Files: schema} }

const surveyColumns = `id, form, title, purpose, basis, questions, area, path, unit, staff, state, made_at, ends_at,
	decided_at, decided_by, decided_unit, decision, extended_at, extended_by, extension, ended_at, ended_by, ending, version`

// insertSurvey keeps a proposal; one of a form that came before is given as it stands.
func insertSurvey(tx *db.Tx, v Survey) (Survey, error) {
	questions, err := json.Marshal(v.Questions)
	if err != nil {
		return v, err
	}
	n, err := tx.Exec(`INSERT INTO survey_survey (`+surveyColumns+`) VALUES (`+db.In(24, 1)+`) ON CONFLICT (form) DO NOTHING`,
		v.ID, v.form, v.Title, v.Purpose, v.Basis, string(questions), v.Area, v.Path, v.Unit, v.Staff, string(v.State), clock.Ms(v.Made), clock.Ms(v.Ends),
		int64(0), "", "", "", int64(0), "", "", int64(0), "", "", v.Version)
	if err != nil {
		return v, fmt.Errorf("keep survey %s: %w", v.ID, err)
	}
	if n == 0 {
		return scanSurvey(tx.QueryRow(`SELECT `+surveyColumns+` FROM survey_survey WHERE form = $1`, v.form))
	}
	return v, nil
}

func scanSurvey(row db.Scanner) (v Survey, err error) {
	var questions string
	var made, ends, decided, extended, ended int64
	err = row.Scan(&v.ID, &v.form, &v.Title, &v.Purpose, &v.Basis, &questions, &v.Area, &v.Path, &v.Unit, &v.Staff, &v.State, &made, &ends,
		&decided, &v.DecidedBy, &v.DecidedUnit, &v.Decision, &extended, &v.ExtendedBy, &v.Extension, &ended, &v.EndedBy, &v.Ending, &v.Version)
	if err != nil {
		return v, err
	}
	v.Made, v.Ends, v.Decided, v.Extended, v.EndedAt = clock.FromMs(made), clock.FromMs(ends), clock.FromMs(decided), clock.FromMs(extended), clock.FromMs(ended)
	return v, json.Unmarshal([]byte(questions), &v.Questions)
}

func selectSurvey(tx *db.Tx, id string) (Survey, error) {
	v, err := scanSurvey(tx.QueryRow(`SELECT `+surveyColumns+` FROM survey_survey WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Survey{}, missing()
	}
	return v, err
}

// selectSurveys reads those of a unit and those whose path begins with one; "" matches nothing.
func selectSurveys(tx *db.Tx, unit, path string, limit int) ([]Survey, error) {
	return db.Collect(tx, scanSurvey, `SELECT `+surveyColumns+` FROM survey_survey
		WHERE ($1 <> '' AND unit = $1) OR ($2 <> '' AND substr(path, 1, $3) = $2) ORDER BY id DESC LIMIT $4`, unit, path, len(path), limit)
}

// selectPublic reads what everybody may know of: what was approved.
func selectPublic(tx *db.Tx, limit int) ([]Survey, error) {
	return db.Collect(tx, scanSurvey, `SELECT `+surveyColumns+` FROM survey_survey
		WHERE state IN ('running', 'ended', 'destroyed') ORDER BY id DESC LIMIT $1`, limit)
}

// selectDue reads what time or somebody has ended.
func selectDue(tx *db.Tx, now int64, limit int) ([]Survey, error) {
	return db.Collect(tx, scanSurvey, `SELECT `+surveyColumns+` FROM survey_survey
		WHERE state = 'ended' OR state IN ('proposed', 'running') AND ends_at <= $1 ORDER BY ends_at, id LIMIT $2`, now, limit)
}

// updateSurvey keeps a change of the version that was read. Conflict when another was faster.
func updateSurvey(tx *db.Tx, v Survey) error {
	n, err := tx.Exec(`UPDATE survey_survey SET state = $1, ends_at = $2, decided_at = $3, decided_by = $4, decided_unit = $5, decision = $6,
		extended_at = $7, extended_by = $8, extension = $9, ended_at = $10, ended_by = $11, ending = $12, version = version + 1
		WHERE id = $13 AND version = $14`,
		string(v.State), clock.Ms(v.Ends), clock.Ms(v.Decided), v.DecidedBy, v.DecidedUnit, v.Decision,
		clock.Ms(v.Extended), v.ExtendedBy, v.Extension, clock.Ms(v.EndedAt), v.EndedBy, v.Ending, v.ID, v.Version)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "survey.faster")
	}
	return err
}

func upsertRound(tx *db.Tx, r Round, by string, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO survey_round (survey_id, area, path, staff, unit, given_at, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (survey_id, area) DO UPDATE SET staff = excluded.staff, unit = excluded.unit, given_at = excluded.given_at, given_by = excluded.given_by`,
		r.Survey, r.Area, r.Path, r.Staff, r.Unit, clock.Ms(at), by)
	return err
}

// selectRounds reads rounds with how far they are; where is never input.
func selectRounds(tx *db.Tx, where string, args ...any) ([]Round, error) {
	rounds, err := db.Collect(tx, func(row db.Scanner) (r Round, err error) {
		return r, row.Scan(&r.Survey, &r.Area, &r.Path, &r.Staff, &r.Unit)
	}, `SELECT survey_id, area, path, staff, unit FROM survey_round WHERE `+where+` ORDER BY survey_id DESC, area`, args...)
	if err != nil {
		return nil, fmt.Errorf("read rounds: %w", err)
	}
	for i := range rounds {
		r := &rounds[i]
		err := tx.QueryRow(`SELECT count(*), COALESCE(sum(CASE WHEN outcome = 'answered' THEN 1 ELSE 0 END), 0),
			COALESCE(sum(CASE WHEN outcome = 'away' THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN outcome = 'declined' THEN 1 ELSE 0 END), 0)
			FROM survey_entry WHERE survey_id = $1 AND area = $2`, r.Survey, r.Area).Scan(&r.Total, &r.Answered, &r.Away, &r.Declined)
		if err != nil {
			return nil, fmt.Errorf("count round %s of survey %s: %w", r.Area, r.Survey, err)
		}
	}
	return rounds, nil
}
