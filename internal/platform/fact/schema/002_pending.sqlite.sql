-- +goose Up
-- One tree instead of three: the key is the order in which rows are claimed.
CREATE TABLE fact_due (
  reaction TEXT NOT NULL,
  due_at   BIGINT NOT NULL,
  fact_id  TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  error    TEXT NOT NULL DEFAULT '',
  failed   BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (reaction, due_at, fact_id)
) WITHOUT ROWID;
INSERT INTO fact_due (reaction, due_at, fact_id, attempts, error, failed)
  SELECT reaction, CASE WHEN failed THEN 253402300799000 ELSE due_at END, fact_id, attempts, error, failed FROM fact_pending;
DROP TABLE fact_pending;
ALTER TABLE fact_due RENAME TO fact_pending;
CREATE INDEX fact_pending_failed ON fact_pending (fact_id) WHERE failed;
