-- +goose Up
-- One index instead of two: the key is the order in which rows are claimed.
ALTER TABLE fact_pending DROP CONSTRAINT fact_pending_pkey;
DROP INDEX fact_pending_due;
UPDATE fact_pending SET due_at = 253402300799000 WHERE failed;
ALTER TABLE fact_pending ADD PRIMARY KEY (reaction, due_at, fact_id);
