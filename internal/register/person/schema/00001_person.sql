-- +goose Up
CREATE TABLE person_person (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    phone       TEXT NOT NULL,
    phone_index TEXT NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL,
    language    TEXT NOT NULL
);
