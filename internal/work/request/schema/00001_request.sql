-- +goose Up
CREATE TABLE request_request (
    id              TEXT PRIMARY KEY,
    client_id       TEXT NOT NULL UNIQUE,
    number          TEXT NOT NULL UNIQUE,
    case_id         TEXT NOT NULL,
    kind            TEXT NOT NULL,
    subject         TEXT NOT NULL,
    words           TEXT NOT NULL,
    headline        TEXT NOT NULL,
    address         TEXT NOT NULL,
    lat             DOUBLE PRECISION NOT NULL,
    lon             DOUBLE PRECISION NOT NULL,
    area            TEXT NOT NULL,
    channel         TEXT NOT NULL,
    language        TEXT NOT NULL,
    person_id       TEXT NOT NULL,
    anonymous       BOOLEAN NOT NULL,
    consent_publish BOOLEAN NOT NULL,
    received_at     BIGINT NOT NULL,
    source          TEXT NOT NULL,
    likes           BIGINT NOT NULL
);
CREATE INDEX request_request_case ON request_request (case_id, id);
CREATE INDEX request_request_person ON request_request (person_id, received_at, id) WHERE person_id <> '';
CREATE INDEX request_request_near ON request_request (lat, received_at) WHERE consent_publish AND lat <> 0;

CREATE TABLE request_photo (
    request_id TEXT NOT NULL REFERENCES request_request (id),
    ordinal    BIGINT NOT NULL,
    blob_key   TEXT NOT NULL,
    type       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    PRIMARY KEY (request_id, ordinal)
);
CREATE INDEX request_photo_blob ON request_photo (blob_key);

CREATE TABLE request_consent (
    id         TEXT PRIMARY KEY,
    request_id TEXT NOT NULL REFERENCES request_request (id),
    granted    BOOLEAN NOT NULL,
    at         BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   TEXT NOT NULL
);
CREATE INDEX request_consent_request ON request_consent (request_id, id);

CREATE TABLE request_remark (
    id         TEXT PRIMARY KEY,
    request_id TEXT NOT NULL REFERENCES request_request (id),
    at         BIGINT NOT NULL,
    occasion   TEXT NOT NULL,
    words      TEXT NOT NULL
);
CREATE INDEX request_remark_request ON request_remark (request_id, at, id);
