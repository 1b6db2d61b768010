-- +goose Up
CREATE TABLE identity_account (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('staff', 'citizen')),
    login         TEXT,
    staff_id      TEXT,
    person_id     TEXT,
    password      TEXT NOT NULL,
    totp          {{.Bytes}},
    totp_pending  {{.Bytes}},
    totp_step     BIGINT NOT NULL,
    second_factor BOOLEAN NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_account_login ON identity_account (login) WHERE login IS NOT NULL;
CREATE UNIQUE INDEX identity_account_person ON identity_account (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX identity_account_staff ON identity_account (staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE identity_attempt (
    login_index TEXT PRIMARY KEY,
    failed      BIGINT NOT NULL,
    wait_until  BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX identity_attempt_at ON identity_attempt (at);

CREATE TABLE identity_code (
    phone_index TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL,
    hash        TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    sent        BIGINT NOT NULL,
    first_at    BIGINT NOT NULL,
    sent_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);

CREATE TABLE identity_session (
    hash       TEXT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES identity_account (id),
    agent      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_session_account ON identity_session (account_id, created_at);
CREATE INDEX identity_session_expires ON identity_session (expires_at);
