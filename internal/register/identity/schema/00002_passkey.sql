-- +goose Up
CREATE TABLE identity_passkey (
    id         TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES identity_account (id),
    site       TEXT NOT NULL, -- the host it was made for; a browser offers it nowhere else
    handle     TEXT NOT NULL, -- the credential id, base64url
    name       TEXT NOT NULL, -- by its owner
    record     TEXT NOT NULL, -- public key and flags, JSON
    counted    BIGINT NOT NULL, -- the authenticator's counter when it was last used; 0 for one that does not count
    made_at    BIGINT NOT NULL,
    used_at    BIGINT NOT NULL, -- 0: never
    copied_at  BIGINT NOT NULL  -- since when it is refused because its counter went back; 0: in order
);
CREATE UNIQUE INDEX identity_passkey_handle ON identity_passkey (handle);
CREATE INDEX identity_passkey_account ON identity_passkey (account_id, made_at);

-- A question to a browser's passkey. It is answered once, by the browser that holds the token.
CREATE TABLE identity_challenge (
    hash       TEXT PRIMARY KEY, -- SHA-256 of the token
    use        TEXT NOT NULL,
    session_id TEXT NOT NULL, -- '' before signing in
    site       TEXT NOT NULL,
    record     TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_challenge_expires ON identity_challenge (expires_at);

ALTER TABLE identity_session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_session ADD COLUMN proved_by TEXT NOT NULL DEFAULT '';
