-- +goose Up
-- The member of staff who had a proof count no more; '' for anybody else.
ALTER TABLE assure_proof ADD COLUMN ended_who TEXT NOT NULL DEFAULT '';
