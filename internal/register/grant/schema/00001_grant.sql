-- +goose Up
-- Who was given leave to read which personal data, for what, until when and how much of it. A row is never deleted: the trail names it.
CREATE TABLE grant_given (
    id       TEXT PRIMARY KEY,
    holder   TEXT NOT NULL CHECK (holder <> ''),
    uses     TEXT NOT NULL CHECK (uses <> ''),
    fields   TEXT NOT NULL CHECK (fields <> ''),
    area     TEXT NOT NULL CHECK (area <> ''),
    cases    TEXT NOT NULL,
    purpose  TEXT NOT NULL CHECK (purpose <> ''),
    law      TEXT NOT NULL CHECK (law <> ''),
    reason   TEXT NOT NULL CHECK (reason <> ''),
    daily    BIGINT NOT NULL CHECK (daily > 0),
    from_at  BIGINT NOT NULL,
    until_at BIGINT NOT NULL CHECK (until_at > from_at),
    given_by TEXT NOT NULL,
    ended_at BIGINT NOT NULL DEFAULT 0,
    ended_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX grant_given_holder ON grant_given (holder) WHERE ended_at = 0;
-- What was done once.
CREATE TABLE grant_mark (name TEXT PRIMARY KEY);
