-- +goose Up
-- By which suite everybody's blind indexes are made: 1, the standard one, or 2, the state's. Without a row by the standard one.
CREATE TABLE person_index (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    mark TEXT NOT NULL
);
