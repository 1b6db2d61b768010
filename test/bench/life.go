package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"banyan/internal/app"
	"banyan/internal/platform/clock"
	"banyan/internal/platform/db"
	"banyan/internal/platform/vault"
)

// life is everything the store holds of one case: the rows of every table, and the terms it is found by.
type life struct {
	id     string // of the case
	opened time.Time
	open   bool
	sets   []rowset
	terms  []terms
}

// terms is one entry of the search index.
type terms struct{ space, id, text string }

// ofLife are the tables that hold something of a case, in the order in which they may be filled.
func ofLife() []belonging {
	return append(ofIntake()[1:8:8], // without the key: copies are sealed with keys of their own at the end
		belonging{"casework_order", "case_id", "case"}, belonging{"triage_suggestion", "case_id", "case"},
		belonging{"trail_look", "subject", "case"}, belonging{"oversee_entry", "case_id", "case"},
		belonging{"open311_request", "case_id", "case"}, belonging{"open311_update", "request_id", "request"},
		belonging{"notify_outbox", "recipient", "reader"}, belonging{"notify_message", "recipient", "reader"})
}

// readLives copies the lives of cases out of the store they were played in.
func readLives(ctx context.Context, c app.Config, cases []string) ([]life, error) {
	from, err := sql.Open("sqlite", "file:"+filepath.Join(c.Data, "banyan.db"))
	if err != nil {
		return nil, err
	}
	defer from.Close() //nolint:errcheck // nothing is left unsaved in it
	from.SetMaxOpenConns(1)
	if _, err := from.ExecContext(ctx, `CREATE VIRTUAL TABLE temp.bench_terms USING fts5vocab(main, search_terms, instance)`); err != nil {
		return nil, err
	}
	b := &bare{dialect: db.SQLite, from: from}
	a, err := app.Open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer a.Close() //nolint:errcheck // only read
	var lives []life
	for _, id := range cases {
		l := life{id: id}
		if err := l.read(ctx, b); err != nil {
			return nil, fmt.Errorf("copy the life of case %s: %w", id, err)
		}
		if err := a.DB.Read(ctx, func(tx *db.Tx) error { return l.unseal(tx, a.People.Vault()) }); err != nil {
			return nil, fmt.Errorf("read the life of case %s: %w", id, err)
		}
		lives = append(lives, l)
	}
	return lives, nil
}

func (l *life) read(ctx context.Context, b *bare) error {
	var state, req, who string
	var opened int64
	err := b.from.QueryRowContext(ctx, `SELECT c.state, c.opened_at, r.id, r.person_id FROM casework_case c JOIN request_request r ON r.case_id = c.id WHERE c.id = $1`, l.id).
		Scan(&state, &opened, &req, &who)
	if err != nil {
		return err
	}
	l.opened, l.open = clock.FromMs(opened), state != "closed" && state != "answered"
	ids := map[string][]string{"case": {l.id}, "request": {req}, "person": {who}, "fact": {l.id, req}, "reader": {"person:" + who}}
	if l.sets, err = b.copied(ctx, ofLife(), ids); err != nil {
		return err
	}
	rows, err := b.from.QueryContext(ctx, `SELECT e.space, e.id, group_concat(v.term, ' ') FROM search_entry e JOIN temp.bench_terms v ON v.doc = e.doc
		WHERE e.id IN ($1, $2) GROUP BY e.space, e.id`, l.id, req)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is the answer
	for rows.Next() {
		var t terms
		if err := rows.Scan(&t.space, &t.id, &t.text); err != nil {
			return err
		}
		l.terms = append(l.terms, t)
	}
	return rows.Err()
}

// sealed are the columns of a life's tables that only the person's key opens.
func sealed() map[string][]string {
	return map[string][]string{"person_person": {"name", "phone"}, "request_request": {"subject", "words", "address", "headline"}}
}

// unseal puts into the rows what was sealed in them.
func (l *life) unseal(tx *db.Tx, v *vault.Vault) error {
	for _, set := range l.sets {
		id := slices.Index(set.columns, "id")
		for _, column := range sealed()[set.table] {
			at := slices.Index(set.columns, column)
			for _, row := range set.rows {
				text := row[at].(string)
				cells := []vault.Cell{{Table: set.table, Column: column, Row: row[id].(string), Text: &text}}
				if err := v.Open(tx, cells); err != nil {
					return err
				}
				row[at] = text
			}
		}
	}
	return nil
}
