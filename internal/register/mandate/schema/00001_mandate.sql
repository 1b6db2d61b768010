-- +goose Up
CREATE TABLE mandate_mandate (
    id          TEXT PRIMARY KEY,
    form        TEXT NOT NULL, -- the form it came by, so that a form sent twice is one mandate; '' for none
    giver       TEXT NOT NULL, -- person
    holder_kind TEXT NOT NULL CHECK (holder_kind IN ('person', 'staff', 'unit')),
    holder      TEXT NOT NULL, -- person, staff or unit; '' until somebody enters the code
    unit        TEXT NOT NULL, -- of staff: the unit of the post in which they hold it
    relation    TEXT NOT NULL, -- what the holder is to the giver
    scope       TEXT NOT NULL, -- joined by blanks
    way         TEXT NOT NULL, -- own, paper or phone
    basis       TEXT NOT NULL, -- of a guardian; else ''
    proof       TEXT NOT NULL, -- what staff saw of a guardian; else ''
    noted_by    TEXT NOT NULL, -- staff who wrote it down; '' when the giver did
    noted_unit  TEXT NOT NULL,
    from_at     BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    given_at    BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL, -- 0 while the holder has not said yes
    ended_at    BIGINT NOT NULL, -- 0 while nobody has ended it
    ended_by    TEXT NOT NULL,   -- giver, holder, staff or erasure
    ended_staff TEXT NOT NULL,
    code        TEXT NOT NULL, -- keyed hash; '' without one or once it is used
    code_until  BIGINT NOT NULL,
    code_tries  BIGINT NOT NULL
);
CREATE UNIQUE INDEX mandate_mandate_form ON mandate_mandate (form) WHERE form <> '';
CREATE INDEX mandate_mandate_giver ON mandate_mandate (giver, id);
CREATE INDEX mandate_mandate_holder ON mandate_mandate (holder_kind, holder, id) WHERE holder <> '';

-- A session that acts for somebody now.
CREATE TABLE mandate_acting (
    session    TEXT PRIMARY KEY,
    mandate_id TEXT NOT NULL,
    holder     TEXT NOT NULL,
    until_at   BIGINT NOT NULL
);
CREATE INDEX mandate_acting_mandate ON mandate_acting (mandate_id);
CREATE INDEX mandate_acting_until ON mandate_acting (until_at);

-- Wrong codes somebody entered in this hour.
CREATE TABLE mandate_attempt (
    person   TEXT PRIMARY KEY,
    failed   BIGINT NOT NULL,
    since_at BIGINT NOT NULL
);
