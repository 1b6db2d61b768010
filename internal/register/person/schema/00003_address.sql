-- +goose Up
CREATE INDEX person_person_same ON person_person (same_as) WHERE same_as <> '';

-- Addresses beside the phone. found: the person is found by it; otherwise it was only noted beside another
-- address, and several persons may have noted the same one.
CREATE TABLE person_address (
    person_id  TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('email', 'wechat')),
    hash       TEXT NOT NULL,
    value      TEXT NOT NULL,
    found      BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, kind, hash)
);
CREATE UNIQUE INDEX person_address_found ON person_address (kind, hash) WHERE found;
