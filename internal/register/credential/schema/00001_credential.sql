-- +goose Up
CREATE TABLE credential_credential (
    id          TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL,
    kind        TEXT NOT NULL,
    facts       TEXT NOT NULL, -- JSON, sealed under the person's key
    evidence    TEXT NOT NULL, -- the kind of evidence that was seen, never its number
    form        TEXT NOT NULL, -- of the form that made it
    issued_at   BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    issued_by   TEXT NOT NULL,
    issued_unit TEXT NOT NULL,
    area        TEXT NOT NULL, -- path of the area of the post that issued it
    ended_at    BIGINT NOT NULL, -- 0 while it was not taken back
    ended_by    TEXT NOT NULL, -- holder, staff or renewed
    ended_who   TEXT NOT NULL, -- staff id
    reason      TEXT NOT NULL
);
CREATE UNIQUE INDEX credential_form ON credential_credential (form);
CREATE INDEX credential_person ON credential_credential (person_id, issued_at);
CREATE INDEX credential_until ON credential_credential (until_at);

-- Each copy has its own place in a status list. The row outlives its credential until the copy would have expired.
CREATE TABLE credential_copy (
    list          BIGINT NOT NULL,
    place         BIGINT NOT NULL,
    credential_id TEXT NOT NULL, -- '' after an erasure
    medium        TEXT NOT NULL, -- wallet or paper
    holder        TEXT NOT NULL, -- thumbprint of the holder's key; '' on paper
    made_at       BIGINT NOT NULL,
    made_by       TEXT NOT NULL, -- staff id; '' for the holder
    until_at      BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL, -- 0 while it counts; else its bit is set
    PRIMARY KEY (list, place)
);
CREATE INDEX credential_copies ON credential_copy (credential_id);
CREATE INDEX credential_copy_ended ON credential_copy (list) WHERE ended_at > 0;

-- A question to be signed by the key that a credential shall be bound to; good once.
CREATE TABLE credential_nonce (
    hash          TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL,
    expires_at    BIGINT NOT NULL
);

-- Somebody asks to be shown something; answered once, and gone a few minutes later. It names no person.
CREATE TABLE credential_ask (
    id          TEXT PRIMARY KEY, -- SHA-256 of what the asker's page holds
    code        TEXT NOT NULL,
    unit        TEXT NOT NULL, -- '' for anybody
    name        TEXT NOT NULL, -- what anybody calls themselves
    kind        TEXT NOT NULL,
    claims      TEXT NOT NULL, -- joined by blanks
    nonce       TEXT NOT NULL,
    made_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    result      TEXT NOT NULL -- JSON; '' until it is answered
);
CREATE UNIQUE INDEX credential_ask_code ON credential_ask (code);
CREATE INDEX credential_ask_expires ON credential_ask (expires_at);

-- What is left of all that was shown.
CREATE TABLE credential_count (
    day   TEXT NOT NULL,
    unit  TEXT NOT NULL,
    kind  TEXT NOT NULL,
    state TEXT NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (day, unit, kind, state)
);
