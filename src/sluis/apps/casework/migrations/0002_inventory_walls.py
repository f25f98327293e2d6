"""Row-level security on the inventory: a group's own, and of scores each person's own; averages are counted by the owner.

An average of fewer people than the asker wants, and never of fewer than three, is not told: it would say what one of them said.
"""

from django.db import migrations

from sluis.apps.casework.migrations import _walls
from sluis.apps.casework.migrations._walls import MINE, SELF

TABLES = ("bottleneck", "score")
POLICIES = (
    ("bottleneck", "SELECT", MINE, None),
    ("bottleneck", "INSERT", None, f"{MINE} AND {SELF}"),
    ("bottleneck", "UPDATE", MINE, MINE),
    ("score", "SELECT", f"{MINE} AND {SELF}", None),
    ("score", "INSERT", None, f"{MINE} AND {SELF}"),
    ("score", "UPDATE", f"{MINE} AND {SELF}", f"{MINE} AND {SELF}"),
)
PERSON = """
CREATE FUNCTION casework_person() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('sluis.person', true), '')::bigint $$;
"""
SCORED = """
CREATE FUNCTION casework_scored(wanted uuid, fewest int) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb;
    before text := coalesce(current_setting('sluis.counting', true), '');
BEGIN
    IF NOT coalesce(wanted = ANY (consent_groups()), false) THEN
        RETURN '{}';
    END IF;
    PERFORM set_config('sluis.counting', 'on', true);
    SELECT coalesce(jsonb_object_agg(one.bottleneck_id, CASE WHEN one.n < greatest(fewest, 3)
        THEN jsonb_build_array(one.n) ELSE jsonb_build_array(one.n, one.effect, one.feasibility, one.urgency) END), '{}')
    INTO found FROM (
        SELECT bottleneck_id, count(*) AS n, avg(effect) AS effect, avg(feasibility) AS feasibility, avg(urgency) AS urgency
        FROM casework_score WHERE group_id = wanted GROUP BY bottleneck_id
    ) AS one;
    PERFORM set_config('sluis.counting', before, true);
    RETURN found;
END $$;
"""
OF_GROUP = (
    "ALTER TABLE casework_bottleneck ADD CONSTRAINT casework_bottleneck_of_group UNIQUE (id, group_id)",
    "ALTER TABLE casework_score ADD CONSTRAINT casework_score_of_bottleneck FOREIGN KEY (bottleneck_id, group_id) "
    "REFERENCES casework_bottleneck (id, group_id)",
)
FORWARD = [
    PERSON,
    SCORED,
    *_walls.shut(*TABLES),
    *_walls.policies(*POLICIES),
    _walls.countable("score"),
    *OF_GROUP,
]
BACKWARD = [
    "ALTER TABLE casework_score DROP CONSTRAINT casework_score_of_bottleneck",
    "ALTER TABLE casework_bottleneck DROP CONSTRAINT casework_bottleneck_of_group",
    "DROP POLICY casework_counting ON casework_score",
    *_walls.drop(*POLICIES),
    *_walls.open_again(*TABLES),
    "DROP FUNCTION casework_scored, casework_person",
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_inventory")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
