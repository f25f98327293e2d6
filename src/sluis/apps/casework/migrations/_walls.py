"""What the walls of this room are made of: statements of row-level security, in the way of the room `consent`.

Policies ask the functions of `consent` whose rows a transaction sees, and two more: which person, at which moment.
"""

from __future__ import annotations

MINE = "group_id = ANY ((SELECT consent_groups())::uuid[])"
ME = "consent_party()"
PERSON = "casework_person()"
SELF = f"party = {ME} AND person = {PERSON}"
COUNTING = "current_setting('sluis.counting', true) = 'on'"
Policy = tuple[str, str, str | None, str | None]


def shut(*tables: str) -> list[str]:
    """Row security on these tables, for their owner too."""
    return [f"ALTER TABLE casework_{one} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY" for one in tables]


def open_again(*tables: str) -> list[str]:
    """The way back of `shut`."""
    return [f"ALTER TABLE casework_{one} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY" for one in tables]


def policies(*given: Policy) -> list[str]:
    """Statements for (table, verb, what may be seen or changed, what may be written)."""
    made = []
    for table, verb, using, check in given:
        parts = [f"USING ({using})" if using else "", f"WITH CHECK ({check})" if check else ""]
        made.append(f"CREATE POLICY casework_{verb.lower()} ON casework_{table} FOR {verb} {' '.join(parts)}")
    return made


def countable(table: str, *, when: str = COUNTING) -> str:
    """The owner's functions and views may look, while they count."""
    return f"CREATE POLICY casework_counting ON casework_{table} FOR SELECT TO CURRENT_USER USING ({when})"


def drop(*given: Policy) -> list[str]:
    """The way back of `policies`."""
    return [f"DROP POLICY casework_{verb.lower()} ON casework_{table}" for table, verb, _using, _check in given]


def counting(signature: str, returns: str, query: str) -> str:
    """A function that counts as the owner; while it counts, policies that call it again learn nothing."""
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
