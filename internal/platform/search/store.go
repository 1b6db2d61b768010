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

// selectIDs reads the newest entries that match. A common word is in a third of all texts, so neither engine may read
// every match: SQLite walks them from the last indexed.
func selectIDs(tx *db.Tx, space string, terms []string, limit int, before string) ([]string, error) {
	if tx.Dialect() == db.Postgres {
		return newestByID(tx, space, strings.Join(terms, " & "), limit, before)
	}
	where, args := "", []any{strings.Join(terms, " AND "), space, limit}
	if before != "" {
		where, args = ` AND search_terms.rowid < (SELECT coalesce(max(doc), 0) FROM search_entry WHERE space = $2 AND id = $4)`, append(args, before)
	}
	return db.Column(tx, `SELECT e.id FROM search_terms CROSS JOIN search_entry e ON e.doc = search_terms.rowid AND e.space = $2
		WHERE search_terms MATCH $1`+where+` ORDER BY search_terms.rowid DESC LIMIT $3`, args...)
}

// newestByID matches first and orders afterwards: the planner would otherwise walk all ids from the newest and test each.
func newestByID(tx *db.Tx, space, match string, limit int, before string) ([]string, error) {
	return db.Column(tx, `WITH found AS MATERIALIZED (SELECT id FROM search_entry WHERE terms @@ CAST($1 AS tsquery) AND space = $2)
		SELECT id FROM found WHERE ($3 = '' OR id COLLATE "C" < $3) ORDER BY id COLLATE "C" DESC LIMIT $4`, match, space, before, limit)
}

// mergeSome lets FTS5 merge some pages; it is done when that changed nothing (https://sqlite.org/fts5.html#the_merge_command).
func mergeSome(tx *db.Tx, pages int) (done bool, err error) {
	var before, after int64
	const changes = `SELECT total_changes()`
	if err := tx.QueryRow(changes).Scan(&before); err != nil {
		return false, err
	}
	if _, err := tx.Exec(`INSERT INTO search_terms (search_terms, rank) VALUES ('merge', $1)`, pages); err != nil {
		return false, err
	}
	err = tx.QueryRow(changes).Scan(&after)
	return after-before < 2, err
}
