-- +goose Up
CREATE TABLE lease_lease (
    name   TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    beat   BIGINT NOT NULL
);
CREATE TABLE lease_chore (
    name    TEXT PRIMARY KEY,
    done_at BIGINT NOT NULL
);
