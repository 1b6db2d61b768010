-- +goose Up
-- SHA-256 of the file, in hexadecimal: a file that was passed on as it was names whoever took it.
ALTER TABLE feed_export ADD COLUMN digest TEXT NOT NULL DEFAULT '';
CREATE INDEX feed_export_digest ON feed_export (digest) WHERE digest <> '';
