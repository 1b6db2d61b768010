-- +goose Up
-- Entries that no head covers yet.
CREATE TABLE merkle_waiting (
    id    TEXT PRIMARY KEY,
    entry TEXT NOT NULL
);
-- Which entry lies at which place of the log, from 0 on.
CREATE TABLE merkle_leaf (
    place BIGINT PRIMARY KEY,
    id    TEXT NOT NULL UNIQUE
);
-- Hashes of leaves and complete subtrees, in the order of tlog.StoredHashIndex.
CREATE TABLE merkle_node (
    place BIGINT PRIMARY KEY,
    hash  TEXT NOT NULL
);
-- The newest head, and the newest that a witness cosigned.
CREATE TABLE merkle_head (
    kind TEXT PRIMARY KEY CHECK (kind IN ('newest', 'witnessed')),
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    at   BIGINT NOT NULL
);
-- What this store witnessed of other logs.
CREATE TABLE merkle_seen (
    origin TEXT PRIMARY KEY,
    size   BIGINT NOT NULL,
    root   TEXT NOT NULL,
    at     BIGINT NOT NULL
);
