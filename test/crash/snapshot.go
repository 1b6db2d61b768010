package main

import (
	"context"
	"encoding/json"
	"fmt"

	"banyan/internal/platform/db"
)

// snapshot is what the store holds at one moment, read by the harness's own statements.
type snapshot struct {
	requests []requestRow
	cases    map[string]caseRow
	orders   []orderRow
	journal  []entryRow
	facts    []factRow
	links    map[string]int // open links of a request
	notes    map[string]bool
	outbox   map[string]string // key, state
	found    map[string]int    // search entries of a request
	terms    int               // rows of the full-text index
	entries  int               // rows of search_entry
	guessed  map[string]bool   // cases with a suggestion
	read     map[string]int    // how often the program read the words of a case to index them
	photos   []photoRow
	skewed   int // months of a unit whose total is not the sum of its entries
	waiting  int // reactions to be run
	failed   int // reactions given up
}

type requestRow struct{ id, clientID, number, caseID, person string }

type caseRow struct {
	version  int
	state    string
	requests int
	file     string
}

type orderRow struct{ id, caseID, unit, role, state string }

type entryRow struct {
	caseID string
	seq    int
	action string
}

type factRow struct{ name, subject, body string }

type photoRow struct {
	requestID, key string
	size           int64
}

// take reads everything in one transaction.
func take(ctx context.Context, d *db.DB) (s snapshot, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		s = snapshot{
			cases: map[string]caseRow{}, links: map[string]int{}, notes: map[string]bool{}, outbox: map[string]string{},
			found: map[string]int{}, guessed: map[string]bool{}, read: map[string]int{},
		}
		for _, read := range []func(*db.Tx) error{s.takeRequests, s.takeCases, s.takeJournal, s.takeEffects, s.takeCounts} {
			if err := read(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return s, fmt.Errorf("read the store: %w", err)
	}
	return s, nil
}

func (s *snapshot) takeRequests(tx *db.Tx) (err error) {
	if s.requests, err = db.Collect(tx, func(row db.Scanner) (r requestRow, err error) {
		return r, row.Scan(&r.id, &r.clientID, &r.number, &r.caseID, &r.person)
	}, `SELECT id, client_id, number, case_id, person_id FROM request_request ORDER BY id`); err != nil {
		return err
	}
	s.photos, err = db.Collect(tx, func(row db.Scanner) (p photoRow, err error) {
		return p, row.Scan(&p.requestID, &p.key, &p.size)
	}, `SELECT request_id, blob_key, size FROM request_photo ORDER BY request_id, ordinal`)
	return err
}

func (s *snapshot) takeCases(tx *db.Tx) (err error) {
	if err := each(tx, func(row db.Scanner) error {
		var id string
		var c caseRow
		err := row.Scan(&id, &c.version, &c.state, &c.requests, &c.file)
		s.cases[id] = c
		return err
	}, `SELECT id, version, state, requests, file FROM casework_case`); err != nil {
		return err
	}
	if s.orders, err = db.Collect(tx, func(row db.Scanner) (o orderRow, err error) {
		return o, row.Scan(&o.id, &o.caseID, &o.unit, &o.role, &o.state)
	}, `SELECT id, case_id, unit, role, state FROM casework_order ORDER BY id`); err != nil {
		return err
	}
	return count(tx, s.links, `SELECT request_id, count(*) FROM casework_link WHERE left_at = 0 GROUP BY request_id`)
}

func (s *snapshot) takeJournal(tx *db.Tx) (err error) {
	if s.journal, err = db.Collect(tx, func(row db.Scanner) (e entryRow, err error) {
		return e, row.Scan(&e.caseID, &e.seq, &e.action)
	}, `SELECT case_id, seq, action FROM casework_journal ORDER BY case_id, seq`); err != nil {
		return err
	}
	s.facts, err = db.Collect(tx, func(row db.Scanner) (f factRow, err error) {
		return f, row.Scan(&f.name, &f.subject, &f.body)
	}, `SELECT name, subject, body FROM fact_log ORDER BY id`)
	return err
}

func (s *snapshot) takeEffects(tx *db.Tx) error {
	keys, err := db.Column(tx, `SELECT key FROM notify_message`)
	for _, key := range keys {
		s.notes[key] = true
	}
	if err != nil {
		return err
	}
	if err := each(tx, func(row db.Scanner) error {
		var key, state string
		err := row.Scan(&key, &state)
		s.outbox[key] = state
		return err
	}, `SELECT key, state FROM notify_outbox`); err != nil {
		return err
	}
	guessed, err := db.Column(tx, `SELECT case_id FROM triage_suggestion`)
	for _, id := range guessed {
		s.guessed[id] = true
	}
	if err != nil {
		return err
	}
	if err := count(tx, s.found, `SELECT id, count(*) FROM search_entry WHERE space = 'request' GROUP BY id`); err != nil {
		return err
	}
	return count(tx, s.read, `SELECT subject, count(*) FROM trail_look WHERE actor_id = 'triage' AND purpose = 'trail.purpose.index' GROUP BY subject`)
}

func (s *snapshot) takeCounts(tx *db.Tx) error {
	terms := `SELECT count(*) FROM search_terms`
	if tx.Dialect() == db.Postgres {
		terms = `SELECT count(*) FROM search_entry WHERE terms IS NOT NULL`
	}
	for query, into := range map[string]*int{
		terms:                               &s.terms,
		`SELECT count(*) FROM search_entry`: &s.entries,
		`SELECT count(*) FROM fact_pending WHERE NOT failed`: &s.waiting,
		`SELECT count(*) FROM fact_pending WHERE failed`:     &s.failed,
		`SELECT count(*) FROM (SELECT unit, month, indicator, sum(counts) AS c, sum(good) AS g FROM oversee_entry GROUP BY unit, month, indicator) e
		 FULL JOIN oversee_total t ON t.unit = e.unit AND t.month = e.month AND t.indicator = e.indicator
		 WHERE coalesce(e.c, 0) <> coalesce(t.counts, 0) OR coalesce(e.g, 0) <> coalesce(t.good, 0)`: &s.skewed,
	} {
		if err := tx.QueryRow(query).Scan(into); err != nil {
			return err
		}
	}
	return nil
}

func each(tx *db.Tx, scan func(db.Scanner) error, query string) error {
	_, err := db.Collect(tx, func(row db.Scanner) (struct{}, error) { return struct{}{}, scan(row) }, query)
	return err
}

func count(tx *db.Tx, into map[string]int, query string) error {
	return each(tx, func(row db.Scanner) error {
		var key string
		var n int
		err := row.Scan(&key, &n)
		into[key] = n
		return err
	}, query)
}

// file is what the harness reads of a case's file.
type file struct {
	Case struct {
		State   string `json:"state"`
		Version int    `json:"version"`
	} `json:"case"`
	Orders []struct {
		ID    string `json:"id"`
		Unit  string `json:"unit"`
		Role  string `json:"role"`
		State string `json:"state"`
	} `json:"orders"`
}

// told is what the harness reads of a fact about a case.
type told struct {
	Case     string   `json:"case"`
	Seq      int      `json:"seq"`
	Action   string   `json:"action"`
	State    string   `json:"state"`
	Requests []string `json:"requests"`
}

func parse[T any](text string) (v T, err error) {
	err = json.Unmarshal([]byte(text), &v)
	return v, err
}
