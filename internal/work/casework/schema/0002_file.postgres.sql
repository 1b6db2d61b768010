-- +goose Up
-- Which stored files the replies name: what is in no row here may be swept.
CREATE TABLE casework_file (
    key     TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES casework_case (id)
);
INSERT INTO casework_file (key, case_id)
SELECT DISTINCT ON (f->>'key') f->>'key', c.id
FROM casework_case c, jsonb_path_query(c.file::jsonb, '$.orders[*].replies[*].files[*]') f;
