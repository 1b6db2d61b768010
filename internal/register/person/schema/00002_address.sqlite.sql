-- +goose Up
-- A person may be known by another address than a phone: phone_index becomes NULL where there is no phone.
CREATE TABLE person_next (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    phone       TEXT NOT NULL,
    phone_index TEXT UNIQUE,
    created_at  BIGINT NOT NULL,
    language    TEXT NOT NULL,
    same_as     TEXT NOT NULL DEFAULT ''
);
INSERT INTO person_next (id, name, phone, phone_index, created_at, language)
    SELECT id, name, phone, phone_index, created_at, language FROM person_person;
DROP TABLE person_person;
ALTER TABLE person_next RENAME TO person_person;
