"""Places and full tiles are never changed; a growing tile only grows; one event may be erased; leaves from before wait."""

from django.db import migrations

FORWARD = """
-- Hashes do not compress; trying to would only cost time.
ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE TRIGGER audit_place_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_place
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_tile_stays BEFORE DELETE OR TRUNCATE ON audit_tile
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE FUNCTION audit_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) <> OLD.hashes
        OR (NEW.level, NEW.number) <> (OLD.level, OLD.number) THEN
        RAISE EXCEPTION 'what is in a tile never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_tile_grows BEFORE UPDATE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_only_grow();
CREATE FUNCTION audit_keep_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.size, NEW.note) <> (OLD.size, OLD.note) THEN
        RAISE EXCEPTION 'a checkpoint never changes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_checkpoint_stays BEFORE UPDATE ON audit_checkpoint FOR EACH ROW EXECUTE FUNCTION audit_keep_note();
CREATE FUNCTION audit_erase(given bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.audit_event WHERE leaf_id = given;
    RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION audit_erase(bigint) FROM PUBLIC;
INSERT INTO audit_waiting (leaf_id, party) SELECT number, party FROM audit_leaf LEFT JOIN audit_event ON leaf_id = number;
"""
BACKWARD = """
DROP FUNCTION audit_erase(bigint);
DROP TRIGGER audit_checkpoint_stays ON audit_checkpoint;
DROP FUNCTION audit_keep_note();
DROP TRIGGER audit_tile_grows ON audit_tile;
DROP FUNCTION audit_only_grow();
DROP TRIGGER audit_tile_stays ON audit_tile;
DROP TRIGGER audit_place_append_only ON audit_place;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_tree")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
