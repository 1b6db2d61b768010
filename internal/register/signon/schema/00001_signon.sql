-- +goose Up
CREATE TABLE signon_app (
    id        TEXT PRIMARY KEY,
    hash      TEXT NOT NULL, -- SHA-256 of the secret; '' for an app that cannot keep one
    name      TEXT NOT NULL,
    unit      TEXT NOT NULL, -- that answers for the app
    sector    TEXT NOT NULL, -- apps of one sector know a person by the same subject
    redirects TEXT NOT NULL, -- one exact address a line
    scopes    TEXT NOT NULL, -- that it may ask for, joined by blanks
    days      BIGINT NOT NULL, -- how long a consent lasts
    made_at   BIGINT NOT NULL,
    made_by   TEXT NOT NULL,
    ended_at  BIGINT NOT NULL,
    ended_by  TEXT NOT NULL
);

CREATE TABLE signon_grant (
    id         TEXT PRIMARY KEY,
    app_id     TEXT NOT NULL REFERENCES signon_app (id),
    person_id  TEXT NOT NULL,
    account_id TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    given_at   BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL -- 0 while it was not taken back or replaced
);
CREATE INDEX signon_grant_person ON signon_grant (person_id, given_at);

-- An app asks for somebody to be signed in; answered with a code that is good once.
CREATE TABLE signon_ask (
    id         TEXT PRIMARY KEY,
    app_id     TEXT NOT NULL REFERENCES signon_app (id),
    redirect   TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    state      TEXT NOT NULL,
    nonce      TEXT NOT NULL,
    challenge  TEXT NOT NULL, -- of PKCE, S256
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    grant_id   TEXT NOT NULL, -- '' until it is allowed
    auth_at    BIGINT NOT NULL, -- when the person signed in to the city
    code       TEXT NOT NULL, -- SHA-256; '' until there is one
    used_at    BIGINT NOT NULL
);
CREATE INDEX signon_ask_code ON signon_ask (code) WHERE code <> '';
CREATE INDEX signon_ask_expires ON signon_ask (expires_at);

CREATE TABLE signon_token (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the token
    kind       TEXT NOT NULL, -- access or refresh
    grant_id   TEXT NOT NULL REFERENCES signon_grant (id),
    family     TEXT NOT NULL, -- the ask all of them come from
    scopes     TEXT NOT NULL,
    auth_at    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL -- used up or taken back; 0 while it is good
);
CREATE INDEX signon_token_family ON signon_token (family);
CREATE INDEX signon_token_grant ON signon_token (grant_id);
CREATE INDEX signon_token_expires ON signon_token (expires_at);
