"""Leaves, holders' lines and the edge's lines are never updated, and removed by nobody but (for the salted event) the owner."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_leaf_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_holderline_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_holderline
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER edge_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON edge_audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""
BACKWARD = """
DROP TRIGGER audit_leaf_append_only ON audit_leaf;
DROP TRIGGER audit_event_no_update ON audit_event;
DROP TRIGGER audit_holderline_append_only ON audit_holderline;
DROP TRIGGER edge_audit_append_only ON edge_audit;
DROP FUNCTION audit_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
