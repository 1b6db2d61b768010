package search

import (
	"errors"
	"fmt"

	"banyan/internal/platform/db"
)

// maxTerms bounds a query; the terms beyond it do not narrow the result.
const maxTerms = 32

// Index stores or replaces the text an id is found by within a space such as "case". Ids must be time ordered and
// are indexed as they come: results come newest first, on PostgreSQL by id, on SQLite by when they were first indexed.
func Index(tx *db.Tx, space, id, text string) error {
	return IndexAll(tx, space, Text{ID: id, Text: text})
}

// Text is what an id is found by.
type Text struct{ ID, Text string }

// IndexAll is Index of several texts: together they cost much less than one by one.
func IndexAll(tx *db.Tx, space string, texts ...Text) error {
	if err := put(tx, space, texts); err != nil {
		return fmt.Errorf("index %d texts of %s: %w", len(texts), space, err)
	}
	return nil
}

// Remove forgets an id; one that is not there is no error.
func Remove(tx *db.Tx, space, id string) error {
	if err := remove(tx, space, id); err != nil {
		return fmt.Errorf("remove %s %s from the index: %w", space, id, err)
	}
	return nil
}

// Find gives at most limit ids of texts that hold all words of the query, newest first. before is
// the last id of the page before this one, or "". A query without a word finds nothing.
func Find(tx *db.Tx, space, query string, limit int, before string) ([]string, error) {
	if limit < 1 {
		return nil, errors.New("search: limit must be above zero")
	}
	terms := queryTerms(query)
	if len(terms) == 0 {
		return nil, nil
	}
	ids, err := selectIDs(tx, space, terms[:min(len(terms), maxTerms)], limit, before)
	if err != nil {
		return nil, fmt.Errorf("search in %s: %w", space, err)
	}
	return ids, nil
}
