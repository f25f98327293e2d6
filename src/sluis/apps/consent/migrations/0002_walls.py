"""Row-level security on every table of the room, forced; what steering may see; and no publication without the answers.

`consent_party` is whose rows a transaction sees. Functions that need more than that run as the owner, who is shut out as well but
for the moments in which they count. Nothing here reads the server's clock.
"""

from django.db import migrations

MINE = "group_id = ANY ((SELECT consent_groups())::uuid[])"
ASKED = "ANY ((SELECT consent_asked())::uuid[])"
ME = "consent_party()"
WORKER = "current_user = 'sluis_worker'"
OPEN_ITEMS = "item_id IN (SELECT item_id FROM consent_release WHERE state = 'open')"
GLASS = "(SELECT consent_glass_item())"
TABLES = (
    "group membership motion voice item version contribution release answer publication review reviewer comment glass".split()
)

PARTY = """
CREATE FUNCTION consent_party() RETURNS bytea LANGUAGE sql STABLE AS
$$ SELECT decode(nullif(current_setting('sluis.organisation', true), ''), 'hex') $$;
CREATE FUNCTION consent_sector() RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT sector FROM partners_organisation WHERE id = consent_party());
END $$;
"""


def counting(signature: str, returns: str, query: str) -> str:
    """A function that counts as the owner. The policies call it again while it counts: there it knows nothing, and stops."""
    return f"""
CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found {returns};
    before text := coalesce(current_setting('sluis.counting', true), '');
BEGIN
    IF before = 'on' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('sluis.counting', 'on', true);
    {query}
    PERFORM set_config('sluis.counting', before, true);
    RETURN found;
END $$;
"""


FUNCTIONS = (
    counting(
        "consent_groups()",
        "uuid[]",
        "SELECT coalesce(array_agg(group_id), '{}') INTO found FROM consent_membership "
        "WHERE party = consent_party() AND state = 'lid';",
    ),
    counting(
        "consent_invited()",
        "uuid[]",
        "SELECT coalesce(array_agg(group_id), '{}') INTO found FROM consent_membership "
        "WHERE party = consent_party() AND state <> 'weg';",
    ),
    counting(
        "consent_asked()",
        "uuid[]",
        "SELECT coalesce(array_agg(r.id), '{}') INTO found FROM consent_contribution c "
        "JOIN consent_release r ON r.item_id = c.item_id WHERE c.party = consent_party() AND r.state = 'open';",
    ),
    counting(
        "consent_is_empty(wanted uuid)",
        "boolean",
        "found := NOT EXISTS (SELECT 1 FROM consent_membership WHERE group_id = wanted);",
    ),
    counting(
        "consent_group_of(wanted uuid)", "uuid", "SELECT group_id INTO found FROM consent_item WHERE id = wanted;"
    ),
    counting(
        "consent_glass_members(wanted uuid)",
        "bytea[]",
        "SELECT coalesce(array_agg(m.party), '{}') INTO found FROM consent_glass AS g "
        "JOIN consent_membership AS m ON m.group_id = g.group_id "
        "WHERE g.id = wanted AND g.organisation = consent_party() AND m.state = 'lid';",
    ),
    counting(
        "consent_glass_item()",
        "uuid",
        "SELECT item_id INTO found FROM consent_glass WHERE id = nullif(current_setting('sluis.glass', true), '')::uuid "
        "AND organisation = consent_party() AND approved IS NOT NULL "
        "AND nullif(current_setting('sluis.moment', true), '')::bigint >= approved "
        "AND nullif(current_setting('sluis.moment', true), '')::bigint < ends;",
    ),
)

AUDIENCE = """
scope = 'openbaar'
OR (scope = 'partners' AND (SELECT consent_sector()) IS NOT NULL)
OR (scope = 'sector' AND sector = (SELECT consent_sector()))
OR (scope = 'organisaties' AND encode(consent_party(), 'hex') = ANY (parties))
OR EXISTS (SELECT 1 FROM consent_release AS r WHERE r.id = release_id)
"""
FOUNDING = (
    f"party = {ME} AND inviter = {ME} AND consent_is_empty(group_id) "
    f"AND EXISTS (SELECT 1 FROM consent_group AS g WHERE g.id = group_id AND g.founder = {ME})"
)
# table, verb, what may be seen or changed, what may be written
POLICIES = (
    (
        "group",
        "SELECT",
        f"id = ANY ((SELECT consent_invited())::uuid[]) OR (founder = {ME} AND consent_is_empty(id))",
        None,
    ),
    ("group", "INSERT", None, f"founder = {ME}"),
    ("group", "UPDATE", "id = ANY ((SELECT consent_groups())::uuid[])", "true"),
    ("membership", "SELECT", f"{MINE} OR party = {ME} OR {WORKER}", None),
    ("membership", "INSERT", None, f"{MINE} OR ({FOUNDING})"),
    ("membership", "UPDATE", f"{MINE} OR (party = {ME} AND state = 'uitgenodigd')", f"{MINE} OR party = {ME}"),
    ("motion", "SELECT", f"{MINE} OR ({WORKER} AND state IN ('open', 'verlopen'))", None),
    ("motion", "INSERT", None, f"{MINE} AND proposer = {ME}"),
    ("motion", "UPDATE", f"{MINE} OR ({WORKER} AND state = 'open')", f"{MINE} OR ({WORKER} AND state = 'verlopen')"),
    ("voice", "SELECT", MINE, None),
    ("voice", "INSERT", None, f"{MINE} AND party = {ME}"),
    ("item", "SELECT", f"{MINE} OR id IN (SELECT item_id FROM consent_release WHERE state = 'open') OR id = {GLASS}", None),
    ("item", "INSERT", None, MINE),
    ("item", "UPDATE", MINE, MINE),
    (
        "version",
        "SELECT",
        f"{MINE} OR id IN (SELECT version_id FROM consent_release WHERE state = 'open') OR item_id = {GLASS}",
        None,
    ),
    ("version", "INSERT", None, f"{MINE} AND editor = {ME}"),
    ("contribution", "SELECT", f"{MINE} OR {OPEN_ITEMS} OR {WORKER}", None),
    ("contribution", "INSERT", None, MINE),
    ("release", "SELECT", f"{MINE} OR id = {ASKED} OR ({WORKER} AND state IN ('open', 'verlopen'))", None),
    ("release", "INSERT", None, f"{MINE} AND proposer = {ME}"),
    (
        "release",
        "UPDATE",
        f"{MINE} OR id = {ASKED} OR ({WORKER} AND state = 'open')",
        f"{MINE} OR id = {ASKED} OR ({WORKER} AND state IN ('open', 'verlopen'))",
    ),
    ("answer", "SELECT", f"{MINE} OR release_id = {ASKED} OR {WORKER}", None),
    ("answer", "INSERT", None, f"party = {ME} AND ({MINE} OR release_id = {ASKED})"),
    ("publication", "SELECT", AUDIENCE, None),
    ("publication", "INSERT", None, "EXISTS (SELECT 1 FROM consent_release AS r WHERE r.id = release_id)"),
    ("review", "SELECT", MINE, None),
    ("review", "INSERT", None, f"{MINE} AND opener = {ME}"),
    ("review", "UPDATE", MINE, MINE),
    ("reviewer", "SELECT", MINE, None),
    ("reviewer", "INSERT", None, MINE),
    ("reviewer", "UPDATE", f"{MINE} AND party = {ME}", f"{MINE} AND party = {ME}"),
    ("comment", "SELECT", MINE, None),
    ("comment", "INSERT", None, f"{MINE} AND party = {ME}"),
    ("comment", "UPDATE", MINE, MINE),
    ("glass", "SELECT", f"{MINE} OR organisation = {ME}", None),
    ("glass", "INSERT", None, f"organisation = {ME} AND approved IS NULL"),
    ("glass", "UPDATE", f"organisation = {ME} AND approved IS NULL", f"organisation = {ME}"),
)
# What the owner's functions count; steering's view has groups, releases, contributions and answers only, and no reason.
COUNTED = ("membership", "motion", "item", "version", "glass")
SEEN_BY_STEERING = ("group", "release", "contribution", "answer")


def policies() -> list[str]:
    """Statements that shut every table and open what is meant."""
    made = [f"ALTER TABLE consent_{one} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY" for one in TABLES]
    for table, verb, using, check in POLICIES:
        parts = [f"USING ({using})" if using else "", f"WITH CHECK ({check})" if check else ""]
        made.append(f"CREATE POLICY consent_{verb.lower()} ON consent_{table} FOR {verb} {' '.join(parts)}")
    on = "current_setting('sluis.counting', true) = 'on'"
    made += [f"CREATE POLICY consent_counting ON consent_{one} FOR SELECT TO CURRENT_USER USING ({on})" for one in COUNTED]
    also = f"{on} OR current_setting('sluis.steering', true) = 'on'"
    made += [
        f"CREATE POLICY consent_counting ON consent_{one} FOR SELECT TO CURRENT_USER USING ({also})" for one in SEEN_BY_STEERING
    ]
    return made


def same_group(table: str, parent: str) -> str:
    """A row says the group of what it belongs to: otherwise a row of one's own group could hang on another group's item."""
    return (
        f"ALTER TABLE consent_{table} ADD CONSTRAINT consent_{table}_of_{parent}_group "
        f"FOREIGN KEY ({parent}_id, group_id) REFERENCES consent_{parent} (id, group_id)"
    )


CHILDREN = (
    ("version", "item"),
    ("contribution", "item"),
    ("release", "item"),
    ("review", "item"),
    ("glass", "item"),
    ("release", "version"),
    ("review", "version"),
    ("answer", "release"),
    ("reviewer", "review"),
    ("comment", "review"),
    ("voice", "motion"),
)
PARENTS = ("item", "version", "release", "review", "motion")
GROUPS = [
    *(f"ALTER TABLE consent_{one} ADD CONSTRAINT consent_{one}_group UNIQUE (id, group_id)" for one in PARENTS),
    *(same_group(*one) for one in CHILDREN),
    "ALTER TABLE consent_glass ADD CONSTRAINT consent_glass_one_hour CHECK (ends IS NULL OR ends <= approved + 3600)",
]

WAITING = """
CREATE VIEW consent_waiting WITH (security_barrier) AS
SELECT r.id AS release, r.item_id AS item, r.group_id AS circle, g.name, r.kind, r.opened, r.ends, asked.all_of_them AS asked,
    asked.all_of_them - asked.yes AS outstanding
FROM consent_release AS r
JOIN consent_group AS g ON g.id = r.group_id
CROSS JOIN LATERAL (
    SELECT count(*) AS all_of_them, count(*) FILTER (WHERE (
        SELECT a.says = 'ja' FROM consent_answer AS a
        WHERE a.release_id = r.id AND a.round = r.round AND a.party = c.party ORDER BY a.number DESC LIMIT 1
    )) AS yes
    FROM consent_contribution AS c WHERE c.item_id = r.item_id
) AS asked
WHERE r.state = 'open'
"""

ONLY_AGREED = """
CREATE FUNCTION consent_only_agreed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked record;
    people bigint;
    yes bigint;
    carried boolean;
    before text := coalesce(current_setting('sluis.counting', true), '');
BEGIN
    PERFORM set_config('sluis.counting', 'on', true);
    SELECT r.*, v.title, v.text INTO asked FROM consent_release AS r JOIN consent_version AS v ON v.id = r.version_id
    WHERE r.id = NEW.release_id AND r.state = 'open' AND NEW.released < r.ends;
    SELECT count(*), count(*) FILTER (WHERE (
        SELECT a.says = 'ja' AND a.digest = asked.digest FROM consent_answer AS a
        WHERE a.release_id = asked.id AND a.round = asked.round AND a.party = c.party ORDER BY a.number DESC LIMIT 1
    )) INTO people, yes FROM consent_contribution AS c WHERE c.item_id = asked.item_id;
    carried := asked.rule = 'alle' OR EXISTS (
        SELECT 1 FROM consent_motion AS m WHERE m.group_id = asked.group_id AND m.about = 'regel' AND m.value = asked.rule
        AND m.state = 'aangenomen');
    PERFORM set_config('sluis.counting', before, true);
    IF NOT coalesce(carried AND people > 0 AND CASE asked.rule
        WHEN 'alle' THEN yes = people
        WHEN 'twee_derde' THEN yes * 3 >= people * 2
        WHEN 'meerderheid' THEN yes * 2 > people END, false)
    THEN
        RAISE EXCEPTION 'the contributors did not agree to this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.kind := asked.kind; NEW.title := asked.title; NEW.text := asked.text; NEW.marking := asked.marking;
    NEW.scope := asked.scope; NEW.parties := asked.parties; NEW.sector := asked.sector;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_only_agreed BEFORE INSERT ON consent_publication
    FOR EACH ROW EXECUTE FUNCTION consent_only_agreed();
"""
FORWARD = [PARTY, *FUNCTIONS, *policies(), *GROUPS, WAITING, ONLY_AGREED]

BACKWARD = [
    "DROP TRIGGER consent_only_agreed ON consent_publication",
    "DROP FUNCTION consent_only_agreed",
    "DROP VIEW consent_waiting",
    *(f"DROP POLICY IF EXISTS consent_{verb} ON consent_{one}" for one in TABLES for verb in ("select", "insert", "update")),
    *(f"DROP POLICY IF EXISTS consent_counting ON consent_{one}" for one in TABLES),
    *(f"ALTER TABLE consent_{table} DROP CONSTRAINT consent_{table}_of_{parent}_group" for table, parent in CHILDREN),
    "ALTER TABLE consent_glass DROP CONSTRAINT consent_glass_one_hour",
    *(f"ALTER TABLE consent_{one} DROP CONSTRAINT consent_{one}_group" for one in PARENTS),
    *(f"ALTER TABLE consent_{one} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY" for one in TABLES),
    "DROP FUNCTION consent_groups, consent_invited, consent_asked, consent_is_empty, consent_group_of, consent_glass_members, "
    "consent_glass_item",
    "DROP FUNCTION consent_sector, consent_party",
]


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
