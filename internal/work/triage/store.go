package triage

import (
	"fmt"
	"time"

	json "github.com/go-json-experiment/json/v1"

	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
)

// Stored is the suggestion kept for a case, as it was explained then.
type Stored struct {
	CaseID     string
	At         time.Time
	Version    string
	Candidates []Candidate
	Duty       string // of the first candidate; empty for the hotline centre
	Unit       string
	Score      float64
}

func storeSuggestion(tx *db.Tx, caseID string, at int64, s Suggestion) error {
	body, err := json.Marshal(s.Candidates)
	if err != nil {
		return err
	}
	best := s.Best()
	_, err = tx.Exec(`INSERT INTO triage_suggestion (case_id, at, version, candidates, duty, unit, score)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (case_id) DO UPDATE SET at = excluded.at, version = excluded.version,
			candidates = excluded.candidates, duty = excluded.duty, unit = excluded.unit, score = excluded.score`,
		caseID, at, s.Version, string(body), best.Duty, best.Lead, best.Score)
	return err
}

// chunk keeps IN lists below the engines' limit of parameters.
const chunk = 500

func loadSuggestions(tx *db.Tx, caseIDs []string) (map[string]Stored, error) {
	out := make(map[string]Stored, len(caseIDs))
	for from := 0; from < len(caseIDs); from += chunk {
		if err := loadChunk(tx, caseIDs[from:min(from+chunk, len(caseIDs))], out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func loadChunk(tx *db.Tx, ids []string, out map[string]Stored) error {
	list, err := db.Collect(tx, scanStored, `SELECT case_id, at, version, candidates, duty, unit, score
		FROM triage_suggestion WHERE case_id IN (`+db.In(len(ids), 1)+`)`, db.Args(ids)...)
	for _, s := range list {
		out[s.CaseID] = s
	}
	return err
}

func scanStored(row db.Scanner) (s Stored, err error) {
	var at int64
	var body string
	if err := row.Scan(&s.CaseID, &at, &s.Version, &body, &s.Duty, &s.Unit, &s.Score); err != nil {
		return s, err
	}
	if err := json.Unmarshal([]byte(body), &s.Candidates); err != nil {
		return s, fmt.Errorf("candidates of case %s: %w", s.CaseID, err)
	}
	s.At = clock.FromMs(at)
	return s, nil
}

// storePrecedent tells whether the ruling was new.
func storePrecedent(tx *db.Tx, p Precedent) (bool, error) {
	words, err := json.Marshal(p.Words)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(`INSERT INTO triage_precedent (id, duty, unit, area, words, ruling_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ruling_id) DO NOTHING`,
		p.ID, p.Duty, p.Unit, p.Area, string(words), p.Ruling, clock.Ms(p.At))
	return n > 0, err
}

// loadPrecedents gives the newest precedents, newest first.
func loadPrecedents(tx *db.Tx) ([]Precedent, error) {
	return db.Collect(tx, scanPrecedent, `SELECT id, duty, unit, area, words, ruling_id, at
		FROM triage_precedent ORDER BY at DESC, id DESC LIMIT $1`, maxPrecedents)
}

func scanPrecedent(row db.Scanner) (p Precedent, err error) {
	var at int64
	var words string
	if err := row.Scan(&p.ID, &p.Duty, &p.Unit, &p.Area, &words, &p.Ruling, &at); err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(words), &p.Words); err != nil {
		return p, fmt.Errorf("words of precedent %s: %w", p.ID, err)
	}
	p.At = clock.FromMs(at)
	return p, nil
}
