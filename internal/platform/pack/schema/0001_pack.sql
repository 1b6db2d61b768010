-- +goose Up
-- Every version of a pack that was ever installed; the row with the newest current_at is in force.
CREATE TABLE pack_version (
    name         TEXT      NOT NULL,
    version      TEXT      NOT NULL,
    digest       TEXT      NOT NULL,
    archive      {{.Bytes}} NOT NULL,
    installed_at BIGINT    NOT NULL,
    current_at   BIGINT    NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE INDEX pack_version_current ON pack_version (current_at);
