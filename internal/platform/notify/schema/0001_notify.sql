-- +goose Up
-- What has to leave the house, with its way there.
CREATE TABLE notify_outbox (
  id         TEXT PRIMARY KEY,
  key        TEXT NOT NULL UNIQUE,
  recipient  TEXT NOT NULL,
  channel    TEXT NOT NULL,
  template   TEXT NOT NULL,
  args       TEXT NOT NULL,
  link       TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
  attempts   BIGINT NOT NULL,
  next_at    BIGINT NOT NULL,
  error      TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at    BIGINT NOT NULL
);
CREATE INDEX notify_outbox_due ON notify_outbox (next_at) WHERE state = 'waiting';
CREATE INDEX notify_outbox_failed ON notify_outbox (id) WHERE state = 'failed';

-- What a person finds on their own page.
CREATE TABLE notify_message (
  id        TEXT PRIMARY KEY,
  key       TEXT NOT NULL UNIQUE,
  recipient TEXT NOT NULL,
  template  TEXT NOT NULL,
  args      TEXT NOT NULL,
  link      TEXT NOT NULL,
  at        BIGINT NOT NULL,
  read_at   BIGINT NOT NULL
);
CREATE INDEX notify_message_of ON notify_message (recipient, id);
CREATE INDEX notify_message_unread ON notify_message (recipient) WHERE read_at = 0;
