-- +goose Up
-- Rows may go when they are older than the law wants them kept: six months (Cybersecurity Law, article 23).
DROP TRIGGER trail_look_no_delete;
-- +goose StatementBegin
CREATE TRIGGER trail_look_no_delete BEFORE DELETE ON trail_look
WHEN OLD.at > (strftime('%s', 'now') - 184 * 86400) * 1000
BEGIN SELECT RAISE(ABORT, 'the trail is kept'); END;
-- +goose StatementEnd
