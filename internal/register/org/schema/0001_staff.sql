-- +goose Up
-- A person who works in a unit. The account is a login of module identity, "" while there is none.
CREATE TABLE org_staff (
    id      TEXT    NOT NULL PRIMARY KEY,
    name    TEXT    NOT NULL,
    unit    TEXT    NOT NULL,
    account TEXT    NOT NULL DEFAULT '',
    active  BOOLEAN NOT NULL
);
CREATE INDEX org_staff_unit ON org_staff (unit, name, id);
CREATE UNIQUE INDEX org_staff_account ON org_staff (account) WHERE account <> '';

-- A role held at a unit over an area. to_at 0 means until further notice; a row is only ever ended.
CREATE TABLE org_post (
    id       TEXT   NOT NULL PRIMARY KEY,
    staff_id TEXT   NOT NULL REFERENCES org_staff (id),
    role     TEXT   NOT NULL,
    unit     TEXT   NOT NULL,
    area     TEXT   NOT NULL,
    from_at  BIGINT NOT NULL,
    to_at    BIGINT NOT NULL DEFAULT 0,
    given_by TEXT   NOT NULL,
    ended_by TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX org_post_staff ON org_post (staff_id, from_at);
CREATE INDEX org_post_unit ON org_post (unit, role, from_at);
