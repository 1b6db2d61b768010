-- +goose Up
-- Messages that were taken, by a hash of their id.
CREATE TABLE channel_taken (
    source TEXT NOT NULL,
    hash   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (source, hash)
);
CREATE INDEX channel_taken_at ON channel_taken (at);

-- How far a chat is. proving: the person whose phone is being proven.
CREATE TABLE channel_talk (
    person_id TEXT PRIMARY KEY,
    ended     BOOLEAN NOT NULL,
    proving   TEXT NOT NULL,
    at        BIGINT NOT NULL
);

-- Pictures of a chat that have to be fetched.
CREATE TABLE channel_media (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    media     TEXT NOT NULL,
    ordinal   BIGINT NOT NULL,
    attempts  BIGINT NOT NULL,
    next_at   BIGINT NOT NULL
);
CREATE INDEX channel_media_person ON channel_media (person_id);
CREATE INDEX channel_media_due ON channel_media (next_at);

-- The access token of the official account, sealed; renewed by one process at a time.
CREATE TABLE channel_token (
    name    TEXT PRIMARY KEY,
    sealed  TEXT NOT NULL,
    until   BIGINT NOT NULL,
    renewal BIGINT NOT NULL
);

-- What was handed to the police, with the receipt.
CREATE TABLE channel_transfer (
    id         TEXT PRIMARY KEY,
    case_id    TEXT NOT NULL,
    request_id TEXT NOT NULL,
    staff_id   TEXT NOT NULL,
    unit_id    TEXT NOT NULL,
    at         BIGINT NOT NULL,
    receipt    TEXT NOT NULL,
    received   BIGINT NOT NULL,
    UNIQUE (request_id)
);
CREATE INDEX channel_transfer_case ON channel_transfer (case_id, id);
