-- +goose Up
CREATE TABLE casework_case (
    id          TEXT PRIMARY KEY,
    number      TEXT NOT NULL UNIQUE,
    version     BIGINT NOT NULL,
    state       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    channel     TEXT NOT NULL,
    duty        TEXT NOT NULL,
    lead        TEXT NOT NULL,
    area        TEXT NOT NULL,
    district    TEXT NOT NULL,
    subdistrict TEXT NOT NULL,
    community   TEXT NOT NULL,
    lat         DOUBLE PRECISION NOT NULL,
    lon         DOUBLE PRECISION NOT NULL,
    urgent      BOOLEAN NOT NULL,
    flagged     BOOLEAN NOT NULL,
    published   BOOLEAN NOT NULL,
    requests    BIGINT NOT NULL,
    opened_at   BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    overdue     BOOLEAN NOT NULL,
    provisional BOOLEAN NOT NULL,
    next_at     BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    closed_at   BIGINT NOT NULL,
    file        TEXT NOT NULL
);
-- lists by due time: of one state, of all; in the city, a district, a subdistrict, a unit
CREATE INDEX casework_case_queue ON casework_case (state, due_at, id);
CREATE INDEX casework_case_due ON casework_case (due_at, id);
CREATE INDEX casework_case_overdue ON casework_case (due_at, id) WHERE overdue;
CREATE INDEX casework_case_district ON casework_case (district, state, due_at, id);
CREATE INDEX casework_case_district_due ON casework_case (district, due_at, id);
CREATE INDEX casework_case_subdistrict ON casework_case (subdistrict, state, due_at, id);
CREATE INDEX casework_case_subdistrict_due ON casework_case (subdistrict, due_at, id);
CREATE INDEX casework_case_community ON casework_case (community, state, due_at, id);
CREATE INDEX casework_case_lead ON casework_case (lead, state, due_at, id);
-- lists by age
CREATE INDEX casework_case_opened ON casework_case (opened_at, id);
CREATE INDEX casework_case_published ON casework_case (changed_at, id) WHERE published;
CREATE INDEX casework_case_published_district ON casework_case (district, changed_at, id) WHERE published;
CREATE INDEX casework_case_next ON casework_case (next_at, id) WHERE next_at > 0;
CREATE INDEX casework_case_provisional ON casework_case (id) WHERE provisional;

CREATE TABLE casework_order (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL REFERENCES casework_case (id),
    unit       TEXT NOT NULL,
    role       TEXT NOT NULL,
    state      TEXT NOT NULL,
    owing      BOOLEAN NOT NULL,
    open       BOOLEAN NOT NULL,
    assignee   TEXT NOT NULL,
    call_id    TEXT NOT NULL,
    offered_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL
);
-- exactly one open lead once dispatched: the engine says so too
CREATE UNIQUE INDEX casework_order_one_lead ON casework_order (case_id) WHERE role = 'lead' AND open;
CREATE INDEX casework_order_unit ON casework_order (unit, owing, due_at, id);
CREATE INDEX casework_order_case ON casework_order (case_id);

CREATE TABLE casework_call (
    id        TEXT PRIMARY KEY,
    case_id   TEXT NOT NULL REFERENCES casework_case (id),
    unit      TEXT NOT NULL,
    area      TEXT NOT NULL,
    open      BOOLEAN NOT NULL,
    opened_at BIGINT NOT NULL
);
CREATE INDEX casework_call_unit ON casework_call (unit, open, opened_at);
CREATE INDEX casework_call_open ON casework_call (opened_at) WHERE open;

CREATE TABLE casework_change (
    id       TEXT PRIMARY KEY,
    case_id  TEXT NOT NULL REFERENCES casework_case (id),
    kind     TEXT NOT NULL,
    state    TEXT NOT NULL,
    unit     TEXT NOT NULL,
    district TEXT NOT NULL,
    asked_at BIGINT NOT NULL
);
CREATE INDEX casework_change_open ON casework_change (asked_at, id) WHERE state = 'asked';

CREATE TABLE casework_ruling (
    id      TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES casework_case (id),
    duty    TEXT NOT NULL,
    unit    TEXT NOT NULL,
    why     TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX casework_ruling_duty ON casework_ruling (duty, at);

CREATE TABLE casework_link (
    request_id TEXT NOT NULL,
    case_id    TEXT NOT NULL REFERENCES casework_case (id),
    at         BIGINT NOT NULL,
    left_at    BIGINT NOT NULL,
    PRIMARY KEY (request_id, case_id)
);
CREATE UNIQUE INDEX casework_link_now ON casework_link (request_id) WHERE left_at = 0;

CREATE TABLE casework_journal (
    case_id    TEXT NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    unit       TEXT NOT NULL,
    action     TEXT NOT NULL,
    entry      TEXT NOT NULL,
    PRIMARY KEY (case_id, seq)
);
CREATE INDEX casework_journal_at ON casework_journal (at, case_id, seq);
