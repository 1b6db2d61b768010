-- +goose Up
CREATE TABLE trail_look (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    person_id  TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    unit_id    TEXT NOT NULL,
    purpose    TEXT NOT NULL CHECK (purpose <> ''),
    subject    TEXT NOT NULL,
    fields     TEXT NOT NULL CHECK (fields <> ''),
    session    TEXT NOT NULL
);
CREATE INDEX trail_look_person ON trail_look (person_id, id) WHERE person_id <> '';
CREATE INDEX trail_look_actor ON trail_look (actor_id, id);
