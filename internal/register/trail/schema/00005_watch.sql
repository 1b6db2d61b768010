-- +goose Up
-- What a supervisor has to look into: much looking, unusual looking, a limit that was lifted with a reason.
CREATE TABLE trail_alarm (
    id          TEXT PRIMARY KEY,
    at          BIGINT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('many', 'unusual', 'glass')),
    actor_kind  TEXT NOT NULL,
    actor_id    TEXT NOT NULL,
    unit_id     TEXT NOT NULL,
    persons     BIGINT NOT NULL,
    reason      TEXT NOT NULL,
    until_at    BIGINT NOT NULL,
    reviewed_by TEXT NOT NULL DEFAULT '',
    reviewed_at BIGINT NOT NULL DEFAULT 0,
    verdict     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX trail_alarm_open ON trail_alarm (id) WHERE reviewed_at = 0;
CREATE INDEX trail_alarm_actor ON trail_alarm (actor_id, at);
