-- +goose Up
CREATE TABLE apikey_key (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    unit       TEXT NOT NULL,
    area       TEXT NOT NULL,
    roles      TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    per_second DOUBLE PRECISION NOT NULL,
    burst      BIGINT NOT NULL,
    per_day    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);

CREATE TABLE apikey_day (
    key_id TEXT NOT NULL REFERENCES apikey_key (id),
    day    TEXT NOT NULL,
    taken  BIGINT NOT NULL,
    PRIMARY KEY (key_id, day)
);
