-- +goose Up
-- The register of lists that were made for somebody: what their recipient holds is masked for them alone.
CREATE TABLE leak_copy (
    id        TEXT PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT NOT NULL,
    unit      TEXT NOT NULL,
    purpose   TEXT NOT NULL CHECK (purpose <> ''),
    recipient TEXT NOT NULL,
    viewer    TEXT NOT NULL,
    format    TEXT NOT NULL,
    columns   TEXT NOT NULL,
    rows      BIGINT NOT NULL,
    people    BIGINT NOT NULL,
    until     BIGINT NOT NULL,
    digest    TEXT NOT NULL
);
CREATE INDEX leak_copy_digest ON leak_copy (digest);
CREATE INDEX leak_copy_actor ON leak_copy (actor, id);
CREATE INDEX leak_copy_viewer ON leak_copy (viewer);

-- Whom a list shows: ids alone.
CREATE TABLE leak_copied (
    copy      TEXT NOT NULL,
    person_id TEXT NOT NULL,
    PRIMARY KEY (person_id, copy)
);
CREATE INDEX leak_copied_copy ON leak_copied (copy);

-- Numbers of cases that do not exist, woven into the lists of one recipient.
CREATE TABLE leak_canary (
    number TEXT NOT NULL,
    viewer TEXT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (number, viewer)
);
