"""Row-level security on case files: a group's own, and what a guest may see of one case until its term.

Advice comes from a guest alone, and a guest brings nothing but advice, at the legal stage. Steering looks through one view, in which
there is no word of a case.
"""

from django.db import migrations

from sluis.apps.casework.migrations import _walls
from sluis.apps.casework.migrations._walls import COUNTING, MINE, PERSON, SELF

TABLES = ("case", "owner", "evidence", "gate", "guest", "direction", "workshop", "decision", "memo")
GUESTS = "ANY ((SELECT casework_guest_cases())::uuid[])"
DIGEST = "decode(nullif(current_setting('sluis.digest', true), ''), 'hex')"
ADVICE = (
    f"kind = 'advies' AND stage = 3 AND party IS NULL AND person = {PERSON} AND case_id = {GUESTS} "
    "AND EXISTS (SELECT 1 FROM casework_case AS c WHERE c.id = case_id AND c.stage = 3 AND c.round = casework_evidence.round)"
)
POLICIES = (
    ("case", "SELECT", f"{MINE} OR id = {GUESTS}", None),
    ("case", "INSERT", None, MINE),
    ("case", "UPDATE", MINE, MINE),
    ("owner", "SELECT", f"{MINE} OR case_id = {GUESTS}", None),
    ("owner", "INSERT", None, f"{MINE} AND {SELF}"),
    ("owner", "UPDATE", MINE, f"{MINE} AND {SELF}"),
    ("evidence", "SELECT", f"{MINE} OR case_id = {GUESTS}", None),
    ("evidence", "INSERT", None, f"({MINE} AND {SELF} AND kind <> 'advies') OR ({ADVICE})"),
    ("gate", "SELECT", MINE, None),
    ("gate", "INSERT", None, f"{MINE} AND {SELF}"),
    ("guest", "SELECT", f'{MINE} OR "user" = {PERSON} OR digest = {DIGEST}', None),
    ("guest", "INSERT", None, f'{MINE} AND {SELF} AND confirmed IS NULL AND "user" IS NULL'),
    ("guest", "UPDATE", f"{MINE} OR digest = {DIGEST}", f"({MINE} AND (confirmer IS NULL OR confirmed IS NOT NULL)) OR digest = {DIGEST}"),
    ("direction", "SELECT", f"{MINE} OR case_id = {GUESTS}", None),
    ("direction", "INSERT", None, f"{MINE} AND {SELF}"),
    ("workshop", "SELECT", MINE, None),
    ("workshop", "INSERT", None, f"{MINE} AND {SELF}"),
    ("decision", "SELECT", MINE, None),
    ("decision", "INSERT", None, f"{MINE} AND {SELF}"),
    ("memo", "SELECT", MINE, None),
    ("memo", "INSERT", None, MINE),
    ("memo", "UPDATE", MINE, MINE),
)
GUEST_CASES = _walls.counting(
    "casework_guest_cases()",
    "uuid[]",
    f'SELECT coalesce(array_agg(case_id), \'{{}}\') INTO found FROM casework_guest WHERE "user" = {PERSON} '
    "AND confirmed IS NOT NULL AND ended IS NULL AND until > nullif(current_setting('sluis.moment', true), '')::bigint;",
)
# The bottleneck of a case is part of it, for a guest too.
READ_ENTRY = "CREATE POLICY casework_of_case ON casework_bottleneck FOR SELECT USING (id = ANY ((SELECT casework_guest_entries())::uuid[]))"
ENTRIES = """
CREATE FUNCTION casework_guest_entries() RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    cases uuid[] := casework_guest_cases();
    found uuid[];
    before text := coalesce(current_setting('sluis.counting', true), '');
BEGIN
    IF cases IS NULL OR cases = '{}' THEN
        RETURN '{}';
    END IF;
    PERFORM set_config('sluis.counting', 'on', true);
    SELECT coalesce(array_agg(bottleneck_id), '{}') INTO found FROM casework_case WHERE id = ANY (cases);
    PERFORM set_config('sluis.counting', before, true);
    RETURN found;
END $$;
"""
WAITING = """
CREATE VIEW casework_waiting WITH (security_barrier) AS
SELECT id, stage, opened, moved FROM casework_case WHERE state = 'loopt'
"""
STEERS = f"{COUNTING} OR current_setting('sluis.steering', true) = 'on'"
CHILDREN = ("owner", "evidence", "gate", "guest", "direction", "workshop", "decision", "memo")
OF_CASE = [
    "ALTER TABLE casework_case ADD CONSTRAINT casework_case_of_group UNIQUE (id, group_id)",
    "ALTER TABLE casework_case ADD CONSTRAINT casework_case_of_bottleneck FOREIGN KEY (bottleneck_id, group_id) "
    "REFERENCES casework_bottleneck (id, group_id)",
    *(
        f"ALTER TABLE casework_{one} ADD CONSTRAINT casework_{one}_of_case FOREIGN KEY (case_id, group_id) "
        "REFERENCES casework_case (id, group_id)"
        for one in CHILDREN
    ),
    "ALTER TABLE casework_direction ADD CONSTRAINT casework_direction_of_case_id UNIQUE (id, case_id)",
    "ALTER TABLE casework_decision ADD CONSTRAINT casework_decision_of_direction FOREIGN KEY (direction_id, case_id) "
    "REFERENCES casework_direction (id, case_id)",
]
FORWARD = [
    GUEST_CASES,
    ENTRIES,
    *_walls.shut(*TABLES),
    *_walls.policies(*POLICIES),
    _walls.countable("guest"),
    _walls.countable("case", when=STEERS),
    READ_ENTRY,
    *OF_CASE,
    WAITING,
]
BACKWARD = [
    "DROP VIEW casework_waiting",
    "ALTER TABLE casework_decision DROP CONSTRAINT casework_decision_of_direction",
    "ALTER TABLE casework_direction DROP CONSTRAINT casework_direction_of_case_id",
    *(f"ALTER TABLE casework_{one} DROP CONSTRAINT casework_{one}_of_case" for one in CHILDREN),
    "ALTER TABLE casework_case DROP CONSTRAINT casework_case_of_bottleneck",
    "ALTER TABLE casework_case DROP CONSTRAINT casework_case_of_group",
    "DROP POLICY casework_of_case ON casework_bottleneck",
    *(f"DROP POLICY casework_counting ON casework_{one}" for one in ("guest", "case")),
    *_walls.drop(*POLICIES),
    *_walls.open_again(*TABLES),
    "DROP FUNCTION casework_guest_entries, casework_guest_cases",
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_cases")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
