-- +goose Up
-- Where other systems want to hear of what happens.
CREATE TABLE webhook_endpoint (
  id            TEXT PRIMARY KEY,
  owner         TEXT NOT NULL,
  url           TEXT NOT NULL,
  types         TEXT NOT NULL,
  description   TEXT NOT NULL,
  enabled       BOOLEAN NOT NULL,
  note          TEXT NOT NULL,
  secret        {{.Bytes}} NOT NULL,
  old_secret    {{.Bytes}},
  old_until     BIGINT NOT NULL,
  failing_since BIGINT NOT NULL,
  made_at       BIGINT NOT NULL,
  disabled_at   BIGINT NOT NULL
);
CREATE INDEX webhook_endpoint_owner ON webhook_endpoint (owner, id);

-- One message on its way to one endpoint.
CREATE TABLE webhook_delivery (
  id          TEXT PRIMARY KEY,
  endpoint_id TEXT NOT NULL REFERENCES webhook_endpoint (id),
  message_id  TEXT NOT NULL,
  type        TEXT NOT NULL,
  body        TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
  attempts    BIGINT NOT NULL,
  tries       BIGINT NOT NULL,
  next_at     BIGINT NOT NULL,
  made_at     BIGINT NOT NULL,
  ended_at    BIGINT NOT NULL
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (endpoint_id, next_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_list ON webhook_delivery (endpoint_id, id);
CREATE INDEX webhook_delivery_ended ON webhook_delivery (ended_at) WHERE ended_at > 0;

CREATE TABLE webhook_attempt (
  delivery_id TEXT NOT NULL,
  n           BIGINT NOT NULL,
  at          BIGINT NOT NULL,
  took_ms     BIGINT NOT NULL,
  status      BIGINT NOT NULL,
  error       TEXT NOT NULL,
  answer      TEXT NOT NULL,
  PRIMARY KEY (delivery_id, n)
);
