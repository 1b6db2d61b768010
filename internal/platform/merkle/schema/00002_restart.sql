-- +goose Up
-- Each time the log went on under a new name: what says so, signed by the old keys and the new, and the entry it is in the log.
CREATE TABLE merkle_restart (
    label TEXT PRIMARY KEY,
    entry TEXT NOT NULL UNIQUE,
    note  TEXT NOT NULL,
    at    BIGINT NOT NULL
);
