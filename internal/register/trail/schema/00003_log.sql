-- +goose Up
-- What makes a row's commitment unguessable; empty in rows from before the log.
ALTER TABLE trail_look ADD COLUMN salt TEXT NOT NULL DEFAULT '';
-- How far older rows were taken into the log.
CREATE TABLE trail_mark (
    name  TEXT PRIMARY KEY,
    place TEXT NOT NULL
);
