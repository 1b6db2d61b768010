-- +goose Up

-- What was answered to a call with an idempotency key: ids and states, no words of anybody.
CREATE TABLE api_answer (
    partner  TEXT NOT NULL,
    key      TEXT NOT NULL,
    digest   TEXT NOT NULL,
    answer   TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    PRIMARY KEY (partner, key)
);

CREATE INDEX api_answer_until ON api_answer (until_at);

-- Which key handed a request in: it may read back how the request stands.
CREATE TABLE api_request (
    request_id TEXT PRIMARY KEY,
    partner    TEXT NOT NULL
);

CREATE INDEX api_request_partner ON api_request (partner, request_id);

-- Files that were sent before what they belong to.
CREATE TABLE api_file (
    blob       TEXT PRIMARY KEY,
    partner    TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size       BIGINT NOT NULL,
    at         BIGINT NOT NULL
);
