-- +goose Up
-- A code with which a member of staff sets a new password, after an administrator took the old ways in away.
CREATE TABLE identity_setup (
    account_id TEXT PRIMARY KEY REFERENCES identity_account (id),
    hash       TEXT NOT NULL,
    made_by    TEXT NOT NULL, -- staff id
    expires_at BIGINT NOT NULL
);

-- A sheet of paper with codes that are good once each, for a citizen without a phone at hand.
CREATE TABLE identity_sheet (
    account_id TEXT PRIMARY KEY REFERENCES identity_account (id),
    number     TEXT NOT NULL UNIQUE,
    made_at    BIGINT NOT NULL,
    made_by    TEXT NOT NULL -- staff id of the counter that printed it; '' for the citizen's own
);
CREATE TABLE identity_sheet_code (
    account_id TEXT NOT NULL REFERENCES identity_account (id),
    hash       TEXT NOT NULL,
    used_at    BIGINT NOT NULL, -- 0: still good
    PRIMARY KEY (account_id, hash)
);

-- A counter asks to give somebody their account back; a second member of staff decides.
CREATE TABLE identity_recovery (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL,
    unit       TEXT NOT NULL,
    document   TEXT NOT NULL, -- the kind of document that was seen, never its number
    asked_by   TEXT NOT NULL, -- staff id
    asked_at   BIGINT NOT NULL,
    decided_by TEXT NOT NULL, -- staff id; '' while it waits
    decided_at BIGINT NOT NULL,
    granted    BOOLEAN NOT NULL
);
CREATE INDEX identity_recovery_waiting ON identity_recovery (unit, asked_at) WHERE decided_at = 0;
CREATE INDEX identity_recovery_person ON identity_recovery (person_id, asked_at);
