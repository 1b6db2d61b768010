-- +goose Up
-- By which grant somebody looked; empty in rows from before there were grants.
ALTER TABLE trail_look ADD COLUMN grant_id TEXT NOT NULL DEFAULT '';
-- Standing grants have short names; what was given has an id of 26 signs and a quota that is counted.
CREATE INDEX trail_look_grant ON trail_look (grant_id, id) WHERE length(grant_id) = 26;
