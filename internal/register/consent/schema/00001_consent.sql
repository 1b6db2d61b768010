-- +goose Up
-- What was said about a purpose; a text that was in force never changes.
CREATE TABLE consent_text (
    purpose TEXT NOT NULL,
    version BIGINT NOT NULL,
    hash    TEXT NOT NULL, -- SHA-256 of body
    from_at BIGINT NOT NULL,
    body    TEXT NOT NULL, -- JSON
    seen_at BIGINT NOT NULL, -- when the store first had it so
    PRIMARY KEY (purpose, version)
);

-- That somebody agreed to a text, until they took it back.
CREATE TABLE consent_given (
    id         TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL, -- '' for somebody unknown, in a matter of theirs
    purpose    TEXT NOT NULL,
    version    BIGINT NOT NULL,
    hash       TEXT NOT NULL, -- of the text
    matter     TEXT NOT NULL, -- a request's id; '' for a standing consent
    given_at   BIGINT NOT NULL,
    given_way  TEXT NOT NULL,
    given_lang TEXT NOT NULL,
    given_kind TEXT NOT NULL,
    given_by   TEXT NOT NULL,
    given_unit TEXT NOT NULL,
    given_row  TEXT NOT NULL, -- of the trail
    ended_at   BIGINT NOT NULL, -- 0 while it was not taken back
    ended_way  TEXT NOT NULL,
    ended_lang TEXT NOT NULL,
    ended_kind TEXT NOT NULL,
    ended_by   TEXT NOT NULL,
    ended_unit TEXT NOT NULL,
    ended_row  TEXT NOT NULL
);
CREATE UNIQUE INDEX consent_given_once ON consent_given (person_id, purpose, matter) WHERE ended_at = 0;
CREATE INDEX consent_given_person ON consent_given (person_id, given_at);

-- What the handling does to people, and what is done about it (Personal Information Protection Law, articles 55 and 56).
CREATE TABLE consent_assessment (
    id            TEXT PRIMARY KEY,
    purpose       TEXT NOT NULL,
    version       BIGINT NOT NULL, -- of the text
    state         TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'replaced')),
    rev           BIGINT NOT NULL, -- counts changes of a draft
    necessity     TEXT NOT NULL,
    risks         TEXT NOT NULL,
    measures      TEXT NOT NULL,
    until_at      BIGINT NOT NULL,
    written_by    TEXT NOT NULL,
    written_unit  TEXT NOT NULL,
    written_at    BIGINT NOT NULL,
    approved_by   TEXT NOT NULL,
    approved_unit TEXT NOT NULL,
    approved_at   BIGINT NOT NULL,
    replaced_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX consent_assessment_draft ON consent_assessment (purpose, version) WHERE state = 'draft';
CREATE UNIQUE INDEX consent_assessment_approved ON consent_assessment (purpose, version) WHERE state = 'approved';
