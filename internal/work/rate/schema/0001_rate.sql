-- +goose Up
CREATE TABLE rate_rating (
    id         TEXT PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    case_id    TEXT NOT NULL,
    unit       TEXT NOT NULL,
    level      BIGINT NOT NULL,
    reasons    TEXT NOT NULL,
    channel    TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX rate_rating_unit ON rate_rating (unit, at);
CREATE INDEX rate_rating_case ON rate_rating (case_id);

CREATE TABLE rate_rectification (
    id         TEXT PRIMARY KEY,
    rating_id  TEXT NOT NULL UNIQUE,
    request_id TEXT NOT NULL,
    case_id    TEXT NOT NULL,
    unit       TEXT NOT NULL,
    path       TEXT NOT NULL,
    state      TEXT NOT NULL,
    opened_at  BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    breached   BOOLEAN NOT NULL,
    back       BIGINT NOT NULL,
    fixed      TEXT NOT NULL,
    fixed_by   TEXT NOT NULL,
    fixed_at   BIGINT NOT NULL,
    ended      TEXT NOT NULL,
    ended_by   TEXT NOT NULL,
    ended_at   BIGINT NOT NULL
);
CREATE INDEX rate_rectification_unit ON rate_rectification (unit, state, due_at, id);
CREATE INDEX rate_rectification_state ON rate_rectification (state, due_at, id);
CREATE INDEX rate_rectification_due ON rate_rectification (due_at) WHERE state = 'open' AND NOT breached;
