-- +goose Up
-- A person may be known by another address than a phone: phone_index becomes NULL where there is no phone.
ALTER TABLE person_person ALTER COLUMN phone_index DROP NOT NULL;
ALTER TABLE person_person ADD COLUMN same_as TEXT NOT NULL DEFAULT '';
