-- +goose Up
-- Who handed it in or said it for the person, what they are to them, and by which mandate; '' for the person themselves.
ALTER TABLE request_request ADD COLUMN acted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE request_request ADD COLUMN acted_as TEXT NOT NULL DEFAULT '';
ALTER TABLE request_request ADD COLUMN mandate_id TEXT NOT NULL DEFAULT '';
ALTER TABLE request_remark ADD COLUMN acted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE request_remark ADD COLUMN acted_as TEXT NOT NULL DEFAULT '';
ALTER TABLE request_remark ADD COLUMN mandate_id TEXT NOT NULL DEFAULT '';
ALTER TABLE request_consent ADD COLUMN acted_as TEXT NOT NULL DEFAULT '';
