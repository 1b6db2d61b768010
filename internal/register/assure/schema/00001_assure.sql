-- +goose Up
-- How somebody proved who they are. No number of a document, no name: its kind, or the pairwise id at a service.
CREATE TABLE assure_proof (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    level     BIGINT NOT NULL CHECK (level BETWEEN 1 AND 3),
    method    TEXT NOT NULL CHECK (method IN ('counter', 'netcert', 'province')),
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    document  TEXT NOT NULL,
    by_staff  TEXT NOT NULL,
    unit      TEXT NOT NULL,
    at        BIGINT NOT NULL,
    until_at  BIGINT NOT NULL CHECK (until_at > at),
    ended_at  BIGINT NOT NULL DEFAULT 0,
    ended_by  TEXT NOT NULL DEFAULT ''
);
CREATE INDEX assure_proof_person ON assure_proof (person_id, id);
-- One certificate proves one person.
CREATE UNIQUE INDEX assure_proof_subject ON assure_proof (issuer, subject) WHERE subject <> '' AND ended_at = 0;

-- Somebody on the way to an identity service and back.
CREATE TABLE assure_start (
    state     TEXT PRIMARY KEY, -- SHA-256
    method    TEXT NOT NULL,
    browser   TEXT NOT NULL,    -- SHA-256
    nonce     TEXT NOT NULL,
    verifier  TEXT NOT NULL,
    person_id TEXT NOT NULL,
    target    TEXT NOT NULL,
    until_at  BIGINT NOT NULL
);
CREATE INDEX assure_start_until ON assure_start (until_at);
