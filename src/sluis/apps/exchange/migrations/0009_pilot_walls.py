"""Row-level security on what pilots contain, forced: members of the circle only, and the worker, which weighs the criteria."""

from django.db import migrations

MINE = "to_jsonb(current_setting('sluis.organisation', true))"
READER = f"parties @> {MINE} OR current_user = 'sluis_worker'"
OF_MINE = "pilot_id IN (SELECT p.pilot_id FROM exchange_pilotplan AS p) OR current_user = 'sluis_worker'"
FORWARD = [
    "ALTER TABLE exchange_pilotplan ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    "ALTER TABLE exchange_pilotstep ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY exchange_select ON exchange_pilotplan FOR SELECT USING ({READER})",
    f"CREATE POLICY exchange_insert ON exchange_pilotplan FOR INSERT WITH CHECK (parties @> {MINE})",
    f"CREATE POLICY exchange_update ON exchange_pilotplan FOR UPDATE USING ({READER})",
    f"CREATE POLICY exchange_select ON exchange_pilotstep FOR SELECT USING ({OF_MINE})",
    f"CREATE POLICY exchange_insert ON exchange_pilotstep FOR INSERT WITH CHECK ({OF_MINE})",
]
BACKWARD = [
    *(
        f"DROP POLICY exchange_{verb} ON exchange_{table}"
        for table, verbs in (("pilotplan", ("select", "insert", "update")), ("pilotstep", ("select", "insert")))
        for verb in verbs
    ),
    "ALTER TABLE exchange_pilotplan NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE exchange_pilotstep NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
]


class Migration(migrations.Migration):
    dependencies = [("exchange", "0008_pilots")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
