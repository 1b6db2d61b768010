-- +goose Up
-- Wishes to be forgotten. The token is what the page of the wish is found by; only its hash is kept.
CREATE TABLE person_erasure (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    asked_at   BIGINT NOT NULL,
    done_at    BIGINT NOT NULL,
    requests   BIGINT NOT NULL,
    files      BIGINT NOT NULL
);
CREATE INDEX person_erasure_waiting ON person_erasure (id) WHERE done_at = 0;
CREATE INDEX person_erasure_person ON person_erasure (person_id);
