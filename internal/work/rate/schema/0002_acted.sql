-- +goose Up
-- Who rated for the person, what they are to them, and by which mandate; '' for the person themselves.
ALTER TABLE rate_rating ADD COLUMN acted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE rate_rating ADD COLUMN acted_as TEXT NOT NULL DEFAULT '';
ALTER TABLE rate_rating ADD COLUMN mandate_id TEXT NOT NULL DEFAULT '';
