-- +goose Up
-- What the people concerned are told later, because the law has it kept secret for a while: looks of a unit in some matters.
CREATE TABLE trail_delay (
    id         TEXT PRIMARY KEY,
    unit_id    TEXT NOT NULL CHECK (unit_id <> ''),
    law        TEXT NOT NULL CHECK (law <> ''),
    reason     TEXT NOT NULL CHECK (reason <> ''),
    from_at    BIGINT NOT NULL,
    until_at   BIGINT NOT NULL CHECK (until_at > from_at),
    asked_by   TEXT NOT NULL,
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT NOT NULL DEFAULT 0,
    granted    BIGINT NOT NULL DEFAULT 0,
    ended_by   TEXT NOT NULL DEFAULT '',
    ends_at    BIGINT NOT NULL CHECK (ends_at <= until_at)
);
CREATE TABLE trail_delay_subject (
    subject  TEXT NOT NULL,
    delay_id TEXT NOT NULL REFERENCES trail_delay (id),
    PRIMARY KEY (subject, delay_id)
);
