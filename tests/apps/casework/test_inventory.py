"""The inventory: who brings in, how it is ranked, and that nobody's own marks are seen by others."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make_casework import FOUND, Desk
from make_groups import House

from sluis.apps.casework import selectors, services
from sluis.apps.casework.models import Score
from sluis.apps.casework.services import Found, Marks
from sluis.apps.partners.selectors import Role
from sluis.core import errors
from sluis.plumbing import viewing

EVERY = (("bank", 5, 3, 1), ("shop", 4, 3, 2), ("carrier", 3, 3, 3))


def test_three_people_make_an_average_and_two_do_not(desk: Desk) -> None:
    entry = desk.entry()
    desk.score(entry, *EVERY[:2])
    page = selectors.entry_page(desk.house.actor("shop"), entry)
    assert (page.people, page.averages, page.mine) == (2, None, (4, 3, 2))
    desk.score(entry, EVERY[2])
    found = selectors.entry_page(desk.house.actor("shop"), entry).averages
    assert found is not None
    assert (found.effect, found.feasibility, found.urgency, found.total) == (4.0, 3.0, 2.0, 9.0)


def test_the_highest_total_stands_first_and_what_lacks_scores_and_was_dropped_last(desk: Desk) -> None:
    low, none, high, dropped = (desk.entry(title=f"Titel {n}") for n in range(4))
    desk.score(low, *EVERY)
    for name in ("bank", "shop", "carrier"):
        desk.score(high, (name, 5, 5, 5))
        desk.score(dropped, (name, 5, 5, 5))
    services.drop(desk.house.actor("bank"), dropped, "Dit is al geregeld.")
    found = selectors.inventory(desk.house.actor("carrier"), desk.group)
    assert [one.id for one in found.entries] == [high, low, none, dropped]


def test_who_changes_its_marks_counts_once(desk: Desk) -> None:
    entry = desk.entry()
    desk.score(entry, *EVERY)
    desk.score(entry, ("bank", 2, 3, 1))
    found = selectors.entry_page(desk.house.actor("bank"), entry)
    assert found.averages is not None
    assert (found.people, found.averages.effect, found.mine) == (3, 3.0, (2, 3, 1))


def test_every_fault_is_told_at_once(desk: Desk) -> None:
    with pytest.raises(errors.Malformed) as raised:
        services.bring_in(desk.house.actor("bank"), desk.group, Found("iets", "", "Bel 0612345678 of NL13TEST0123456789"))
    assert [(one.where, one.code) for one in raised.value.faults] == [
        ("soort", "onbekende-soort"),
        ("titel", "lengte"),
        ("tekst", "kenmerk-in-tekst"),
    ]
    with pytest.raises(errors.Malformed) as raised:
        services.score(desk.house.actor("bank"), desk.entry(), Marks(0, 6, 3))
    assert [one.where for one in raised.value.faults] == ["effect", "feasibility"]


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.ORG_ADMIN, Role.PROGRAMME_OFFICE, Role.OPERATOR])
def test_who_does_not_write_scores_nothing(desk: Desk, role: str) -> None:
    entry = desk.entry()
    with pytest.raises(errors.NotAllowed):
        services.score(desk.house.actor("bank", role), entry, Marks(1, 1, 1))


def test_a_stranger_finds_nothing(desk: Desk) -> None:
    entry, stranger = desk.entry(), desk.house.actor("telecom")
    for read in (lambda: selectors.inventory(stranger, desk.group), lambda: selectors.entry_page(stranger, entry)):
        with pytest.raises(errors.NotFound):
            read()
    for write in (
        lambda: services.bring_in(stranger, desk.group, FOUND),
        lambda: services.score(stranger, entry, Marks(1, 1, 1)),
        lambda: services.drop(stranger, entry, "Weg ermee."),
    ):
        with pytest.raises(errors.NotFound):
            write()


def test_a_dropped_entry_takes_no_more_marks(desk: Desk) -> None:
    entry = desk.entry()
    services.drop(desk.house.actor("shop"), entry, "Dit is al geregeld.")
    with pytest.raises(errors.Conflict):
        desk.score(entry, EVERY[0])
    with pytest.raises(errors.Conflict):
        services.drop(desk.house.actor("shop"), entry, "Nog een keer.")


def test_a_group_of_a_hundred_entries_takes_no_more_queries_than_one(desk: Desk) -> None:
    desk.score(desk.entry(), *EVERY)
    with CaptureQueriesContext(
        connection,
    ) as few:
        selectors.inventory(desk.house.actor("bank"), desk.group)
    for number in range(100):
        desk.entry(title=f"Titel {number}")
    with CaptureQueriesContext(connection) as many:
        selectors.inventory(desk.house.actor("bank"), desk.group)
    assert len(many) == len(few)


def seen(raw: psycopg.Connection, party: bytes, person: int) -> int:
    raw.execute("SELECT set_config('sluis.organisation', %s, false)", [party.hex()])
    raw.execute("SELECT set_config('sluis.person', %s, false)", [str(person)])
    (number,) = raw.execute("SELECT count(*) FROM casework_score").fetchone() or (0,)
    return int(number)


def test_the_database_shows_a_score_to_its_own_person_alone(desk: Desk, database: Server) -> None:
    desk.score(desk.entry(), *EVERY)
    bank, shop = desk.house.actor("bank"), desk.house.actor("shop")
    with database.connect("sluis_web") as raw:
        assert seen(raw, bank.organisation, bank.person) == 1
        # A colleague, another member, a stranger, and somebody of no organisation who takes a person's number.
        assert seen(raw, bank.organisation, 999) == 0
        assert seen(raw, shop.organisation, bank.person) == 0
        assert seen(raw, desk.house.party("telecom"), bank.person) == 0
        raw.execute("SELECT set_config('sluis.organisation', '', false)")
        assert raw.execute("SELECT count(*) FROM casework_score").fetchone() == (0,)


def test_the_database_does_not_average_fewer_than_three_whoever_asks(desk: Desk, database: Server) -> None:
    desk.score(desk.entry(), *EVERY[:2])
    with database.connect("sluis_web") as raw:
        raw.execute("SELECT set_config('sluis.organisation', %s, false)", [desk.house.party("bank").hex()])
        (found,) = raw.execute("SELECT casework_scored(%s, 1)", [desk.group]).fetchone() or ({},)
        assert list(found.values()) == [[2]]
        raw.execute("SELECT set_config('sluis.organisation', %s, false)", [desk.house.party("telecom").hex()])
        assert raw.execute("SELECT casework_scored(%s, 1)", [desk.group]).fetchone() == ({},)


def test_the_setting_of_a_person_ends_with_its_block(house: House, desk: Desk) -> None:
    entry = desk.entry()
    desk.score(entry, *EVERY)
    bank = house.actor("bank")
    with viewing.as_person(bank.organisation, person=bank.person, at=0):
        assert Score.objects.count() == 1
    assert Score.objects.count() == 0
