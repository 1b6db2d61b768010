-- +goose Up
CREATE TABLE search_entry (
  doc   INTEGER PRIMARY KEY,
  space TEXT NOT NULL,
  id    TEXT NOT NULL,
  UNIQUE (space, id)
);
CREATE VIRTUAL TABLE search_terms USING fts5(terms, content='', contentless_delete=1, detail=none, tokenize='unicode61');
