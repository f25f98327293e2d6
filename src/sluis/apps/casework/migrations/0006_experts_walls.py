"""Row-level security on questions to the expert group: the asker and the experts read them, members what was published.

The asker reads of drafts the signed one alone. Steering looks through a view without words.
"""

from django.db import migrations

from sluis.apps.casework.migrations import _walls
from sluis.apps.casework.migrations._walls import ME, SELF

TABLES = ("question", "draft", "remark", "answer")
EXPERT = "(SELECT casework_is_expert())"
OWN = f"EXISTS (SELECT 1 FROM casework_question AS q WHERE q.id = question_id AND q.party = {ME}"
POLICIES = (
    ("question", "SELECT", f"party = {ME} OR {EXPERT}", None),
    ("question", "INSERT", None, f"{SELF} AND state = 'gesteld'"),
    ("question", "UPDATE", EXPERT, EXPERT),
    ("draft", "SELECT", f"{EXPERT} OR {OWN} AND q.signed_draft = number)", None),
    ("draft", "INSERT", None, f"{EXPERT} AND {SELF}"),
    ("remark", "SELECT", EXPERT, None),
    ("remark", "INSERT", None, f"{EXPERT} AND {SELF}"),
    ("answer", "SELECT", f"{EXPERT} OR {OWN}) OR (published IS NOT NULL AND (SELECT consent_sector()) IS NOT NULL)", None),
    ("answer", "INSERT", None, f"{EXPERT} AND checked IS NULL AND published IS NULL"),
    ("answer", "UPDATE", f"{EXPERT} OR {OWN})", f"({EXPERT} AND published IS NULL) OR {OWN})"),
)
IS_EXPERT = """
CREATE FUNCTION casework_is_expert() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM casework_expert WHERE person = casework_person() AND organisation = consent_party() AND ended IS NULL
    );
END $$;
"""
ASKED = """
CREATE VIEW casework_asked WITH (security_barrier) AS
SELECT id, state, asked FROM casework_question WHERE state IN ('gesteld', 'behandeling')
"""
FORWARD = [
    IS_EXPERT,
    *_walls.shut(*TABLES),
    *_walls.policies(*POLICIES),
    _walls.countable("question", when="current_setting('sluis.steering', true) = 'on'"),
    ASKED,
]
BACKWARD = [
    "DROP VIEW casework_asked",
    "DROP POLICY casework_counting ON casework_question",
    *_walls.drop(*POLICIES),
    *_walls.open_again(*TABLES),
    "DROP FUNCTION casework_is_expert",
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_experts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
