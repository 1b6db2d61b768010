-- +goose Up
-- The suggestion a case was last given: ranked candidates with reasons as JSON, and the first of them.
CREATE TABLE triage_suggestion (
    case_id    TEXT             NOT NULL PRIMARY KEY,
    at         BIGINT           NOT NULL,
    version    TEXT             NOT NULL,
    candidates TEXT             NOT NULL,
    duty       TEXT             NOT NULL,
    unit       TEXT             NOT NULL,
    score      DOUBLE PRECISION NOT NULL
);

-- What a ruling taught: messages with these words of the duty list, at this place, are this duty.
CREATE TABLE triage_precedent (
    id        TEXT   NOT NULL PRIMARY KEY,
    duty      TEXT   NOT NULL,
    unit      TEXT   NOT NULL,
    area      TEXT   NOT NULL,
    words     TEXT   NOT NULL,
    ruling_id TEXT   NOT NULL UNIQUE,
    at        BIGINT NOT NULL
);
CREATE INDEX triage_precedent_at ON triage_precedent (at);
