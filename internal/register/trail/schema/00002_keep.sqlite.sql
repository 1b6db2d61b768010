-- +goose Up
-- +goose StatementBegin
CREATE TRIGGER trail_look_no_update BEFORE UPDATE ON trail_look
BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER trail_look_no_delete BEFORE DELETE ON trail_look
BEGIN SELECT RAISE(ABORT, 'the trail is never changed'); END;
-- +goose StatementEnd
