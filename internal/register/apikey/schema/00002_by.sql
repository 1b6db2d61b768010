-- +goose Up
-- Which member of staff made and ended a key; '' is whoever runs the program's commands.
ALTER TABLE apikey_key ADD COLUMN made_by TEXT NOT NULL DEFAULT '';
ALTER TABLE apikey_key ADD COLUMN revoked_by TEXT NOT NULL DEFAULT '';
