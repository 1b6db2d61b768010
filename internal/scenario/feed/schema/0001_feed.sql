-- +goose Up
-- One row, made by the first change: the place of the newest change. Whoever appends holds its lock until the commit, so places become visible
-- in their order and without holes.
CREATE TABLE feed_head (
  id    TEXT PRIMARY KEY,
  place BIGINT NOT NULL
);

CREATE TABLE feed_change (
  place   BIGINT PRIMARY KEY,
  at      BIGINT NOT NULL,
  case_id TEXT NOT NULL,
  path    TEXT NOT NULL,
  lead    TEXT NOT NULL,
  body    TEXT NOT NULL
);
CREATE INDEX feed_change_at ON feed_change (at);

-- Who took which table out of the house.
CREATE TABLE feed_export (
  id         TEXT PRIMARY KEY,
  at         BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id   TEXT NOT NULL,
  unit       TEXT NOT NULL,
  what       TEXT NOT NULL,
  format     TEXT NOT NULL,
  filter     TEXT NOT NULL,
  rows       BIGINT NOT NULL,
  ended_at   BIGINT NOT NULL
);
CREATE INDEX feed_export_actor ON feed_export (actor_id, id);
