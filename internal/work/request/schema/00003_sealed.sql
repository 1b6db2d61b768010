-- +goose Up
-- What was written before texts were sealed, for the work that seals it; see store_older.go. Empty ever after.
CREATE INDEX request_request_older ON request_request (id) WHERE substr(words, 1, 3) NOT IN ('~1.', '~2.') AND words <> '';
CREATE INDEX request_remark_older ON request_remark (id) WHERE substr(words, 1, 3) NOT IN ('~1.', '~2.') AND words <> '';
CREATE INDEX request_draft_older ON request_draft (id) WHERE substr(words, 1, 3) NOT IN ('~1.', '~2.') AND words <> '';
