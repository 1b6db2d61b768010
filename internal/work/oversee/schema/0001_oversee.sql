-- +goose Up
CREATE TABLE oversee_entry (
    case_id   TEXT NOT NULL,
    seq       BIGINT NOT NULL,
    unit      TEXT NOT NULL,
    indicator TEXT NOT NULL,
    appeal    TEXT NOT NULL,
    at        BIGINT NOT NULL,
    month     TEXT NOT NULL,
    version   TEXT NOT NULL,
    counts    BIGINT NOT NULL,
    good      BIGINT NOT NULL,
    PRIMARY KEY (case_id, seq, unit, indicator, appeal)
);
CREATE INDEX oversee_entry_unit ON oversee_entry (unit, at, case_id);

CREATE TABLE oversee_total (
    unit      TEXT NOT NULL,
    month     TEXT NOT NULL,
    indicator TEXT NOT NULL,
    counts    BIGINT NOT NULL,
    good      BIGINT NOT NULL,
    PRIMARY KEY (unit, month, indicator)
);
CREATE INDEX oversee_total_month ON oversee_total (month, unit);

CREATE TABLE oversee_watch (
    case_id TEXT PRIMARY KEY,
    number  TEXT NOT NULL,
    unit    TEXT NOT NULL,
    path    TEXT NOT NULL,
    due_at  BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    level   TEXT NOT NULL,
    returns BIGINT NOT NULL,
    lost    BIGINT NOT NULL
);
CREATE INDEX oversee_watch_next ON oversee_watch (next_at) WHERE next_at > 0;

CREATE TABLE oversee_order (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL,
    number      TEXT NOT NULL,
    unit        TEXT NOT NULL,
    path        TEXT NOT NULL,
    level       TEXT NOT NULL,
    rule        TEXT NOT NULL,
    why         TEXT NOT NULL,
    state       TEXT NOT NULL,
    issued_by   TEXT NOT NULL,
    at          BIGINT NOT NULL,
    answer      TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    answered_at BIGINT NOT NULL
);
CREATE INDEX oversee_order_unit ON oversee_order (unit, at, id);
CREATE INDEX oversee_order_case ON oversee_order (case_id, at);
CREATE INDEX oversee_order_open ON oversee_order (at, id) WHERE state = 'open';

CREATE TABLE oversee_appeal (
    id         TEXT PRIMARY KEY,
    unit       TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    case_id    TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    indicator  TEXT NOT NULL,
    words      TEXT NOT NULL,
    state      TEXT NOT NULL,
    asked_by   TEXT NOT NULL,
    asked_at   BIGINT NOT NULL,
    decision   TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX oversee_appeal_open ON oversee_appeal (asked_at, id) WHERE state = 'asked';
CREATE INDEX oversee_appeal_unit ON oversee_appeal (unit, asked_at);
