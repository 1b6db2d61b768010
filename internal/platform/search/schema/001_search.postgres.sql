-- +goose Up
CREATE TABLE search_entry (
  space TEXT NOT NULL,
  id    TEXT NOT NULL,
  terms TSVECTOR NOT NULL,
  PRIMARY KEY (space, id)
);
CREATE INDEX search_entry_terms ON search_entry USING gin (terms) WITH (fastupdate = off);
