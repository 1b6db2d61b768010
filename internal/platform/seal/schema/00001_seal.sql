-- +goose Up
-- The mark of the secret key this store was made with: one row.
CREATE TABLE seal_key (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    mark TEXT NOT NULL
);
