-- +goose Up
CREATE TABLE fact_log (
  id      TEXT PRIMARY KEY,
  name    TEXT NOT NULL,
  subject TEXT NOT NULL,
  at      BIGINT NOT NULL,
  body    TEXT NOT NULL
);
CREATE INDEX fact_log_subject ON fact_log (subject, id);

CREATE TABLE fact_pending (
  reaction TEXT NOT NULL,
  fact_id  TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  due_at   BIGINT NOT NULL,
  error    TEXT NOT NULL DEFAULT '',
  failed   BOOLEAN NOT NULL DEFAULT FALSE,
  PRIMARY KEY (reaction, fact_id)
);
CREATE INDEX fact_pending_due ON fact_pending (reaction, due_at, fact_id) WHERE NOT failed;
CREATE INDEX fact_pending_failed ON fact_pending (fact_id) WHERE failed;
