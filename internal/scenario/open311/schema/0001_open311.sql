-- +goose Up
-- What Open311 may show of a request. realm: 'public' for everybody; 'own' for the key that handed it in; 'test' for the test
-- endpoint. description is the redacted headline and is there only while the request is public.
CREATE TABLE open311_request (
    id           TEXT PRIMARY KEY,
    number       TEXT NOT NULL UNIQUE,
    case_id      TEXT NOT NULL,
    realm        TEXT NOT NULL,
    key_id       TEXT NOT NULL,
    service      TEXT NOT NULL,
    open         BOOLEAN NOT NULL,
    state        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    answer       TEXT NOT NULL,
    agency       TEXT NOT NULL,
    area         TEXT NOT NULL,
    lat          DOUBLE PRECISION NOT NULL,
    lon          DOUBLE PRECISION NOT NULL,
    cell         BIGINT NOT NULL,
    description  TEXT NOT NULL,
    media        TEXT NOT NULL,
    requested_at BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    expected_at  BIGINT NOT NULL
);
CREATE INDEX open311_request_case ON open311_request (case_id, id);
CREATE INDEX open311_request_age ON open311_request (realm, requested_at, id);
CREATE INDEX open311_request_open ON open311_request (realm, open, requested_at, id);
CREATE INDEX open311_request_service ON open311_request (realm, service, requested_at, id);
CREATE INDEX open311_request_cell ON open311_request (realm, cell, requested_at, id);
CREATE INDEX open311_request_updated ON open311_request (realm, updated_at, id);
CREATE INDEX open311_request_key ON open311_request (key_id, requested_at, id) WHERE realm = 'own';
CREATE INDEX open311_request_key_updated ON open311_request (key_id, updated_at, id) WHERE realm = 'own';

CREATE TABLE open311_token (
    token      TEXT PRIMARY KEY,
    request_id TEXT NOT NULL
);
CREATE UNIQUE INDEX open311_token_request ON open311_token (request_id);

-- What happened to a request that a client should hear of.
CREATE TABLE open311_update (
    id         TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    number     TEXT NOT NULL,
    realm      TEXT NOT NULL,
    key_id     TEXT NOT NULL,
    at         BIGINT NOT NULL,
    open       BOOLEAN NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    answer     TEXT NOT NULL,
    agency     TEXT NOT NULL,
    due_at     BIGINT NOT NULL
);
CREATE INDEX open311_update_request ON open311_update (request_id, at);
CREATE INDEX open311_update_at ON open311_update (realm, at, id);
CREATE INDEX open311_update_key ON open311_update (key_id, at, id) WHERE realm = 'own';

-- What clients sent about requests, so that the same update counts once.
CREATE TABLE open311_said (
    key_id     TEXT NOT NULL,
    update_id  TEXT NOT NULL,
    id         TEXT NOT NULL,
    request_id TEXT NOT NULL,
    did        TEXT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (key_id, update_id)
);
CREATE INDEX open311_said_at ON open311_said (at);

CREATE TABLE open311_mark (
    name TEXT PRIMARY KEY,
    at   BIGINT NOT NULL
);
