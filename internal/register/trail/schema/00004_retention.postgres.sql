-- +goose Up
-- Rows may go when they are older than the law wants them kept: six months (Cybersecurity Law, article 23).
DROP TRIGGER trail_look_no_change ON trail_look;
-- +goose StatementBegin
CREATE FUNCTION trail_look_keep_young() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > date_part('epoch', now()) * 1000 - 184 * 86400000.0 THEN
        RAISE EXCEPTION 'the trail is kept';
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER trail_look_no_change BEFORE UPDATE OR TRUNCATE ON trail_look
    FOR EACH STATEMENT EXECUTE FUNCTION trail_look_keep();
CREATE TRIGGER trail_look_no_delete BEFORE DELETE ON trail_look
    FOR EACH ROW EXECUTE FUNCTION trail_look_keep_young();
