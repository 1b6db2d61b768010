-- +goose Up
-- Master keys are made of secret.key and a salt; a data key is wrapped by one of them.
CREATE TABLE vault_master (
    version BIGINT PRIMARY KEY,
    salt    TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

-- A data key for each subject. One that was destroyed leaves its subject and the time, so that nothing is sealed for it again.
CREATE TABLE vault_key (
    subject TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    wrapped TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    gone_at BIGINT NOT NULL
);
CREATE INDEX vault_key_version ON vault_key (version, subject) WHERE gone_at = 0;
CREATE INDEX vault_key_gone ON vault_key (gone_at, subject) WHERE gone_at > 0;
