-- +goose Up
CREATE TABLE survey_survey (
    id            TEXT PRIMARY KEY,
    form          TEXT NOT NULL UNIQUE, -- of the form that proposed it: sent twice it is one survey
    title         TEXT NOT NULL,
    purpose       TEXT NOT NULL,
    basis         TEXT NOT NULL,
    questions     TEXT NOT NULL, -- JSON
    area          TEXT NOT NULL,
    path          TEXT NOT NULL, -- of the area
    unit          TEXT NOT NULL, -- that owns it
    staff         TEXT NOT NULL, -- who proposed it
    state         TEXT NOT NULL CHECK (state IN ('proposed', 'running', 'refused', 'ended', 'destroyed')),
    made_at       BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL CHECK (ends_at > made_at),
    decided_at    BIGINT NOT NULL,
    decided_by    TEXT NOT NULL,
    decided_unit  TEXT NOT NULL,
    decision      TEXT NOT NULL, -- why it was refused
    extended_at   BIGINT NOT NULL,
    extended_by   TEXT NOT NULL,
    extension     TEXT NOT NULL, -- why it got more time
    ended_at      BIGINT NOT NULL,
    ended_by      TEXT NOT NULL, -- '' when its date ended it
    ending        TEXT NOT NULL, -- why it ended before its date
    version       BIGINT NOT NULL
);
CREATE INDEX survey_survey_due ON survey_survey (ends_at) WHERE state IN ('proposed', 'running', 'ended');

-- Who asks where: one member of staff for an area.
CREATE TABLE survey_round (
    survey_id TEXT NOT NULL REFERENCES survey_survey (id),
    area      TEXT NOT NULL,
    path      TEXT NOT NULL,
    staff     TEXT NOT NULL,
    unit      TEXT NOT NULL,
    given_at  BIGINT NOT NULL,
    given_by  TEXT NOT NULL,
    PRIMARY KEY (survey_id, area)
);
CREATE INDEX survey_round_staff ON survey_round (staff);

-- One person of a survey. who and answers are sealed under the survey's key.
CREATE TABLE survey_entry (
    id        TEXT PRIMARY KEY,
    survey_id TEXT NOT NULL REFERENCES survey_survey (id),
    area      TEXT NOT NULL,
    subject   TEXT NOT NULL, -- the person of that phone, else the entry itself: under this id the trail knows them
    phone     TEXT NOT NULL, -- blind index; '' for none
    who       TEXT NOT NULL,
    answers   TEXT NOT NULL,
    outcome   TEXT NOT NULL CHECK (outcome IN ('', 'answered', 'away', 'declined')),
    form      TEXT NOT NULL, -- that brought it in
    line      BIGINT NOT NULL, -- of that form
    made_at   BIGINT NOT NULL,
    done_at   BIGINT NOT NULL,
    done_by   TEXT NOT NULL,
    done_form TEXT NOT NULL, -- that entered what is there now
    version   BIGINT NOT NULL
);
CREATE INDEX survey_entry_area ON survey_entry (survey_id, area, id);
CREATE UNIQUE INDEX survey_entry_form ON survey_entry (survey_id, form, line);
CREATE INDEX survey_entry_phone ON survey_entry (phone) WHERE phone <> '';
CREATE INDEX survey_entry_subject ON survey_entry (subject);

-- What is left of a survey: nothing that leads to a person.
CREATE TABLE survey_certificate (
    survey_id TEXT PRIMARY KEY REFERENCES survey_survey (id),
    at        BIGINT NOT NULL,
    rule      TEXT NOT NULL CHECK (rule IN ('date', 'early', 'restored')),
    records   BIGINT NOT NULL,
    counts    TEXT NOT NULL -- JSON; cells under five are left out
);
