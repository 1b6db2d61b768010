-- +goose Up
-- What the card rules count of a unit in a case: returns asked for, disputes lost.
CREATE TABLE oversee_mark (
    case_id TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    unit    TEXT NOT NULL,
    PRIMARY KEY (case_id, seq, kind, unit)
);
-- seq is the journal entry a watch knows of, so that an older one, told later, changes nothing.
ALTER TABLE oversee_watch ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE oversee_watch DROP COLUMN returns;
ALTER TABLE oversee_watch DROP COLUMN lost;
