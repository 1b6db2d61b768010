package search

import (
	"database/sql"
	"errors"
	"strings"

	"banyan/internal/platform/db"
)

// put stores or replaces the terms of ids. On SQLite all entries come before all terms: FTS5 holds back what it will
// write until another kind of statement comes.
func put(tx *db.Tx, space string, texts []Text) error {
	docs := make([]int64, len(texts))
	for i, t := range texts {
		var err error
		if tx.Dialect() == db.Postgres {
			_, err = tx.Exec(`INSERT INTO search_entry (space, id, terms) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))
				ON CONFLICT (space, id) DO UPDATE SET terms = excluded.terms`, space, t.ID, strings.Join(textTerms(t.Text), " "))
		} else {
			docs[i], err = entry(tx, space, t.ID)
		}
		if err != nil {
			return err
		}
	}
	if tx.Dialect() == db.Postgres {
		return nil
	}
	for i, t := range texts {
		if _, err := tx.Exec(`INSERT INTO search_terms (rowid, terms) VALUES ($1, $2)`, docs[i], strings.Join(textTerms(t.Text), " ")); err != nil {
			return err
		}
	}
	return nil
}

// entry gives the row for the terms of an id, without terms.
func entry(tx *db.Tx, space, id string) (doc int64, err error) {
	err = tx.QueryRow(`INSERT INTO search_entry (space, id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING doc`, space, id).Scan(&doc)
	if !errors.Is(err, sql.ErrNoRows) {
		return doc, err
	}
	if err = tx.QueryRow(`SELECT doc FROM search_entry WHERE space = $1 AND id = $2`, space, id).Scan(&doc); err != nil {
		return 0, err
	}
	_, err = tx.Exec(`DELETE FROM search_terms WHERE rowid = $1`, doc)
	return doc, err
}

func remove(tx *db.Tx, space, id string) error {
	if tx.Dialect() == db.SQLite {
		_, err := tx.Exec(`DELETE FROM search_terms WHERE rowid IN (SELECT doc FROM search_entry WHERE space = $1 AND id = $2)`, space, id)
		if err != nil {
			return err
		}
	}
	_, err := tx.Exec(`DELETE FROM search_entry WHERE space = $1 AND id = $2`, space, id)
	return err
}

// selectIDs matches first and orders afterwards: on PostgreSQL the planner would otherwise walk all
// ids from the newest and test each.
func selectIDs(tx *db.Tx, space string, terms []string, limit int, before string) ([]string, error) {
	query, match := `SELECT e.id FROM search_terms JOIN search_entry e ON e.doc = search_terms.rowid
		WHERE search_terms MATCH $1 AND e.space = $2 AND ($3 = '' OR e.id < $3) ORDER BY e.id DESC LIMIT $4`, strings.Join(terms, " AND ")
	if tx.Dialect() == db.Postgres {
		query, match = `WITH found AS MATERIALIZED (SELECT id FROM search_entry WHERE terms @@ CAST($1 AS tsquery) AND space = $2)
			SELECT id FROM found WHERE ($3 = '' OR id COLLATE "C" < $3) ORDER BY id COLLATE "C" DESC LIMIT $4`, strings.Join(terms, " & ")
	}
	return db.Column(tx, query, match, space, before, limit)
}
