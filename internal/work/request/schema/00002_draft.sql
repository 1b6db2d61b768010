-- +goose Up
-- What somebody has begun to say piece by piece, and what is not a request yet.
CREATE TABLE request_draft (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    channel   TEXT NOT NULL,
    ref       TEXT NOT NULL,
    ordinal   BIGINT NOT NULL,
    words     TEXT NOT NULL,
    address   TEXT NOT NULL,
    lat       DOUBLE PRECISION NOT NULL,
    lon       DOUBLE PRECISION NOT NULL,
    blob_key  TEXT NOT NULL,
    type      TEXT NOT NULL,
    size      BIGINT NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX request_draft_of ON request_draft (person_id, channel, ref, ordinal, id);
CREATE INDEX request_draft_at ON request_draft (channel, at);
CREATE INDEX request_draft_blob ON request_draft (blob_key) WHERE blob_key <> '';
