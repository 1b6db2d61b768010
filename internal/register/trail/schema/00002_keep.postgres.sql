-- +goose Up
-- +goose StatementBegin
CREATE FUNCTION trail_look_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail is never changed';
END $$;
-- +goose StatementEnd
CREATE TRIGGER trail_look_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON trail_look
    FOR EACH STATEMENT EXECUTE FUNCTION trail_look_keep();
