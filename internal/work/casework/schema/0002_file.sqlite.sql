-- +goose Up
-- Which stored files the replies name: what is in no row here may be swept.
CREATE TABLE casework_file (
    key     TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES casework_case (id)
);
INSERT INTO casework_file (key, case_id)
SELECT json_extract(f.value, '$.key'), c.id
FROM casework_case c, json_each(c.file, '$.orders') o, json_each(o.value, '$.replies') r, json_each(r.value, '$.files') f
WHERE true
ON CONFLICT (key) DO NOTHING;
