-- +goose Up
CREATE TABLE leak_trace (
    id      TEXT PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   TEXT NOT NULL,
    unit    TEXT NOT NULL,
    reason  TEXT NOT NULL CHECK (reason <> ''),
    source  TEXT NOT NULL,
    rows    BIGINT NOT NULL,
    matched BIGINT NOT NULL,
    viewers BIGINT NOT NULL,
    named   TEXT NOT NULL,
    bound   TEXT NOT NULL
);
