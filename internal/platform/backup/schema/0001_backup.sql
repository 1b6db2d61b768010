-- +goose Up
-- What was backed up, when, and how it ended.
CREATE TABLE backup_run (
    id         TEXT   NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    place      TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    entries    BIGINT NOT NULL,
    error      TEXT   NOT NULL
);
CREATE INDEX backup_run_started ON backup_run (started_at);
