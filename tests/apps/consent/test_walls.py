"""Row-level security: with every filter of the application gone, another organisation's session reads and writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, transaction
from hub_fixtures import Server
from make_groups import House

from sluis.apps.consent import services
from sluis.apps.consent.models import Item
from sluis.apps.consent.services import Remark
from sluis.apps.partners.selectors import Role
from sluis.plumbing import viewing

TABLES = (
    "group", "membership", "motion", "voice", "item", "version", "contribution", "release", "answer", "publication", "review",
    "reviewer", "comment", "glass",
)  # fmt: skip
Denied = psycopg.errors.InsufficientPrivilege
Waiting = tuple[UUID, UUID]


@contextmanager
def session(database: Server, party: bytes | None, *, role: str = "sluis_web") -> Iterator[psycopg.Connection]:
    """A raw connection as a service's role, with the setting of this organisation, or with none."""
    with database.connect(role) as raw:
        if party is not None:
            raw.execute("SELECT set_config('sluis.organisation', %s, false)", [party.hex()])
        yield raw


def count(raw: psycopg.Connection, table: str) -> int:
    (number,) = raw.execute(f"SELECT count(*) FROM consent_{table}").fetchone() or (0,)
    return int(number)


@pytest.fixture
def filled(house: House, waiting: Waiting) -> Waiting:
    """A row in every table: an answer, a motion, a publication to one other, a review with a comment, a break-glass."""
    item, release = waiting
    house.agree(release, "bank")
    group = house.release(release).group_id
    services.propose_member(house.actor("bank"), group, house.party("telecom"))
    named = house.propose(house.item(group), audience=house.audience("carrier"))
    house.agree(named, "bank")
    review = services.open_review(house.actor("bank"), item, readers=frozenset({house.party("shop")}))
    services.comment(house.actor("shop"), review, Remark(1, "Dit klopt niet."))
    services.ask_glass(house.actor("other", Role.OPERATOR), item, "Er is een klacht.")
    return waiting


@pytest.mark.parametrize("table", TABLES)
def test_only_a_member_reads(house: House, filled: Waiting, database: Server, table: str) -> None:
    with session(database, house.party("shop")) as raw:
        assert count(raw, table) > 0, "the test itself is empty"
    for name in ("telecom", "other"):
        with session(database, house.party(name)) as raw:
            own = {"glass": 1} if name == "other" else {}
            assert count(raw, table) == own.get(table, 0), name
    with session(database, None) as raw:
        assert count(raw, table) == 0
    with session(database, b"") as raw:
        assert count(raw, table) == 0


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_shut_for_its_owner_too(house: House, filled: Waiting, database: Server, table: str) -> None:
    with database.connect("sluis_owner") as raw:
        assert count(raw, table) == 0
        shut = raw.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [f"consent_{table}"]
        ).fetchone()
        assert shut == (True, True)


def test_no_table_of_the_room_was_forgotten(database: Server) -> None:
    with database.connect("sluis_owner") as raw:
        found = raw.execute("SELECT relname FROM pg_class WHERE relname LIKE 'consent\\_%' AND relkind = 'r'").fetchall()
    assert {name for (name,) in found} == {f"consent_{one}" for one in TABLES}


def columns(raw: psycopg.Connection, table: str) -> list[str]:
    rows = raw.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' "
        "ORDER BY ordinal_position",
        [f"consent_{table}"],
    ).fetchall()
    return [name for (name,) in rows]


@pytest.mark.parametrize("table", [one for one in TABLES if one not in ("group", "glass")])
def test_a_copy_of_anothers_row_is_not_taken(house: House, filled: Waiting, database: Server, table: str) -> None:
    """The very row that a member may write, written by another organisation, with another key."""
    with database.connect("sluis_owner") as owner:
        names = columns(owner, table)
    with session(database, house.party("shop")) as raw:
        row = list(raw.execute(f"SELECT * FROM consent_{table} LIMIT 1").fetchone() or ())
    place = dict(zip(names, row, strict=True))
    for key in ("id", "number"):
        if isinstance(place.get(key), UUID):
            place[key] = uuid4()
        elif key in place:
            place[key] = 1_000_000
    statement = "INSERT INTO consent_{} ({}) VALUES ({})".format(
        table, ", ".join(f'"{name}"' for name in place), ", ".join(["%s"] * len(place))
    )
    for party in (house.party("telecom"), None):
        with session(database, party) as raw, pytest.raises(Denied):
            raw.execute(statement, list(place.values()))


UPDATES = [
    ("group", "name = 'x'"),
    ("membership", "state = 'lid'"),
    ("motion", "state = 'aangenomen'"),
    ("item", "version = 7"),
    ("release", "state = 'vrijgegeven'"),
    ("review", "closed = 1"),
    ("reviewer", "done = 1"),
    ("comment", "outcome = 'niet'"),
    ("glass", "approved = 1"),
]


@pytest.mark.parametrize(("table", "change"), UPDATES)
def test_an_update_by_another_organisation_changes_nothing(
    house: House, filled: Waiting, database: Server, table: str, change: str
) -> None:
    for party in (house.party("telecom"), None):
        with session(database, party) as raw:
            assert raw.execute(f"UPDATE consent_{table} SET {change}").rowcount == 0


@pytest.mark.parametrize("table", ["version", "contribution", "answer", "publication", "voice"])
def test_what_was_said_is_never_changed_by_a_service(house: House, filled: Waiting, database: Server, table: str) -> None:
    with database.connect("sluis_owner") as owner:
        last = columns(owner, table)[-1]
    for role in ("sluis_web", "sluis_worker"):
        with session(database, house.party("shop"), role=role) as raw, pytest.raises(Denied):
            raw.execute(f"UPDATE consent_{table} SET {last} = NULL")


@pytest.mark.parametrize("table", TABLES)
def test_no_service_removes_a_row(house: House, filled: Waiting, database: Server, table: str) -> None:
    for role in ("sluis_web", "sluis_worker", "sluis_edge"):
        with session(database, house.party("shop"), role=role) as raw, pytest.raises(Denied):
            raw.execute(f"DELETE FROM consent_{table}")


def test_who_left_does_not_let_itself_in_again(house: House, waiting: Waiting, database: Server) -> None:
    services.leave(house.actor("carrier"), house.release(waiting[1]).group_id)
    with session(database, house.party("carrier")) as raw:
        assert raw.execute("UPDATE consent_membership SET state = 'lid'").rowcount == 0
        assert count(raw, "item") == 0


def test_who_is_invited_reads_nothing_before_it_promised(house: House, waiting: Waiting, database: Server) -> None:
    group = house.release(waiting[1]).group_id
    motion = services.propose_member(house.actor("bank"), group, house.party("telecom"))
    for name in ("shop", "carrier"):
        services.vote(house.actor(name), motion, agrees=True)
    with session(database, house.party("telecom")) as raw:
        assert (count(raw, "group"), count(raw, "membership")) == (1, 1)
        assert [count(raw, one) for one in ("item", "version", "release", "contribution")] == [0, 0, 0, 0]
    services.join(house.actor("telecom"), group)
    with session(database, house.party("telecom")) as raw:
        assert count(raw, "version") == 1


def test_a_row_of_ones_own_group_does_not_hang_on_anothers_item(house: House, waiting: Waiting, database: Server) -> None:
    item, _release = waiting
    own = house.group("telecom", "other")
    with session(database, house.party("telecom")) as raw, pytest.raises(psycopg.errors.ForeignKeyViolation):
        raw.execute(
            "INSERT INTO consent_contribution (item_id, group_id, party, since) VALUES (%s, %s, %s, 1)",
            [item, own, house.party("telecom")],
        )


def test_nobody_answers_or_votes_as_another_organisation(house: House, waiting: Waiting, database: Server) -> None:
    _item, release = waiting
    row = house.release(release)
    with session(database, house.party("bank")) as raw, pytest.raises(Denied):
        raw.execute(
            "INSERT INTO consent_answer (release_id, group_id, round, party, person, says, digest, reason, time) "
            "VALUES (%s, %s, 1, %s, 1, 'ja', %s, '', 1)",
            [release, row.group_id, house.party("shop"), row.digest],
        )


def test_a_yes_to_other_words_lets_nothing_out(house: House, waiting: Waiting, database: Server) -> None:
    _item, release = waiting
    row = house.release(release)
    house.agree(release, "bank")
    with session(database, house.party("shop")) as raw:
        raw.execute(
            "INSERT INTO consent_answer (release_id, group_id, round, party, person, says, digest, reason, time) "
            "VALUES (%s, %s, 1, %s, 1, 'ja', %s, '', 1)",
            [release, row.group_id, house.party("shop"), "0" * 64],
        )
        with pytest.raises(Denied):
            raw.execute(
                "INSERT INTO consent_publication (release_id, kind, title, text, marking, scope, parties, sector, released) "
                "VALUES (%s, '', '', '', '', '', '{}', '', %s)",
                [release, row.opened],
            )


def test_nobody_founds_a_membership_in_anothers_group(house: House, waiting: Waiting, database: Server) -> None:
    group = house.release(waiting[1]).group_id
    telecom = house.party("telecom")
    with session(database, telecom) as raw, pytest.raises(Denied):
        raw.execute(
            "INSERT INTO consent_membership (group_id, party, state, inviter, invited) VALUES (%s, %s, 'lid', %s, 1)",
            [group, telecom, telecom],
        )


def test_the_setting_ends_with_its_block(house: House, waiting: Waiting) -> None:
    with viewing.as_organisation(house.party("bank")):
        assert Item.objects.count() == 1
        with viewing.as_organisation(house.party("telecom")):
            assert Item.objects.count() == 0
        assert Item.objects.count() == 1
    assert Item.objects.count() == 0
    with transaction.atomic():
        with pytest.raises(InterruptedError), viewing.as_organisation(house.party("bank")):
            raise InterruptedError
        assert Item.objects.count() == 0, "an error leaves the setting behind in the transaction around it"


def test_a_session_of_the_pool_keeps_nothing_of_the_request_before(house: House, waiting: Waiting) -> None:
    with viewing.as_organisation(house.party("bank")):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('sluis.organisation', true)")
        assert cursor.fetchone()[0] in ("", None)


WORDS = [("version", "text"), ("version", "title"), ("publication", "text"), ("answer", "reason"), ("comment", "text"),
         ("comment", "answer"), ("glass", "reason"), ("group", "name"), ("motion", "value"), ("release", "digest")]  # fmt: skip


@pytest.mark.parametrize(("table", "column"), WORDS)
@pytest.mark.parametrize("setting", [True, False])
def test_the_worker_reads_no_word(
    house: House, filled: Waiting, database: Server, table: str, column: str, setting: bool
) -> None:
    party = house.party("bank") if setting else None
    with session(database, party, role="sluis_worker") as raw, pytest.raises(Denied):
        raw.execute(f"SELECT {column} FROM consent_{table}")


def test_the_worker_closes_and_lets_nothing_out(house: House, filled: Waiting, database: Server) -> None:
    with session(database, None, role="sluis_worker") as raw:
        assert raw.execute("SELECT count(id) FROM consent_release").fetchone() == (1,), "open ones only"
        with pytest.raises(Denied):
            raw.execute("UPDATE consent_release SET state = 'vrijgegeven'")
        with pytest.raises(Denied):
            raw.execute("UPDATE consent_release SET state = 'open', round = 1")
        with pytest.raises(Denied):
            raw.execute("INSERT INTO consent_publication (release_id, released) VALUES (%s, 1)", [filled[1]])
        assert raw.execute("UPDATE consent_release SET state = 'verlopen' WHERE state = 'open'").rowcount == 1


def test_steering_sees_that_something_waits_and_the_tables_stay_shut(house: House, filled: Waiting, database: Server) -> None:
    with database.connect("sluis_web") as raw:
        assert raw.execute("SELECT count(*) FROM consent_waiting").fetchone() == (0,), "not without the setting"
        raw.execute("SELECT set_config('sluis.steering', 'on', false)")
        rows = raw.execute("SELECT * FROM consent_waiting").fetchall()
        assert len(rows) == 1
        assert "Nieuwe truc" not in str(rows)
        assert "Kenmerken" not in str(rows)
        assert [count(raw, one) for one in TABLES] == [0] * len(TABLES)
        raw.execute("SELECT set_config('sluis.counting', 'on', false)")
        assert [count(raw, one) for one in TABLES] == [0] * len(TABLES), "the setting of the owner's functions opens nothing"


@pytest.mark.parametrize("role", ["sluis_edge", "sluis_worker"])
def test_other_roles_do_not_see_what_steering_sees(house: House, filled: Waiting, database: Server, role: str) -> None:
    with database.connect(role) as raw, pytest.raises(Denied):
        raw.execute("SELECT * FROM consent_waiting")


def test_the_edge_reads_nothing_of_it(house: House, filled: Waiting, database: Server) -> None:
    for table in TABLES:
        with session(database, house.party("bank"), role="sluis_edge") as raw, pytest.raises(Denied):
            raw.execute(f"SELECT * FROM consent_{table}")


Roles = Callable[[str], AbstractContextManager[None]]


def test_the_migration_goes_back_and_forth(database: Server, as_role: Roles) -> None:
    from django.core.management import call_command

    with as_role("sluis_owner"):
        call_command("migrate", "consent", "0001", verbosity=0)
        with database.connect("sluis_owner") as raw:
            left = raw.execute("SELECT count(*) FROM pg_policies WHERE tablename LIKE 'consent%'").fetchone()
            functions = raw.execute("SELECT count(*) FROM pg_proc WHERE proname LIKE 'consent\\_%'").fetchone()
        assert (left, functions) == ((0,), (0,))
        call_command("migrate", "consent", verbosity=0)
