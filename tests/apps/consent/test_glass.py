"""Break-glass: two operators, a reason, one item, one hour; the group hears it at once and every look is logged."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError
from hub_fixtures import Server
from make_groups import House

from sluis.apps.audit.models import Event
from sluis.apps.consent import services
from sluis.apps.consent.models import Glass, Item, Version
from sluis.apps.consent.selectors import glass_requests
from sluis.apps.partners.selectors import Acting, Role
from sluis.core import errors
from sluis.plumbing import viewing
from sluis.wire import clock

HOUR = 3_600


@pytest.fixture
def item(house: House) -> UUID:
    group = house.group()
    house.item(group, title="Een ander stuk")
    return house.item(group, "bank", "shop")


def operator(house: House, person: str = "") -> Acting:
    return house.actor("other", Role.OPERATOR, person)


def opened(house: House, item: UUID) -> UUID:
    glass = services.ask_glass(operator(house), item, "Er is een klacht.")
    services.approve_glass(operator(house, "tweede"), glass)
    return glass


def test_two_operators_read_one_item_and_the_group_hears_both_steps(house: House, item: UUID) -> None:
    glass = services.ask_glass(operator(house), item, "Er is een klacht.")
    assert [house.told(name)[-1] for name in ("bank", "shop", "carrier")] == ["noodtoegang"] * 3
    with pytest.raises(errors.Conflict) as raised:
        services.read_by_glass(operator(house), glass)
    assert raised.value.reason == "nog-dicht"
    services.approve_glass(operator(house, "tweede"), glass)
    assert house.told("carrier").count("noodtoegang") == 2
    assert house.told("telecom") == []
    for person in ("", "tweede"):
        assert services.read_by_glass(operator(house, person), glass).title == "Nieuwe truc"
    assert Event.objects.filter(activity="noodtoegang lezen").count() == 2


def test_the_one_who_asks_does_not_open_it(house: House, item: UUID) -> None:
    glass = services.ask_glass(operator(house), item, "Er is een klacht.")
    with pytest.raises(errors.NotAllowed) as raised:
        services.approve_glass(operator(house), glass)
    assert raised.value.reason == "eigen-verzoek"
    person = operator(house).person
    with pytest.raises(IntegrityError), viewing.as_organisation(house.party("other")):
        Glass.objects.filter(id=glass).update(approver=person, approved=1, ends=2)


def test_after_an_hour_it_is_shut_by_the_clock_and_opens_never_again(house: House, item: UUID, later) -> None:
    glass = opened(house, item)
    later(HOUR - 2)
    assert services.read_by_glass(operator(house), glass).text
    later(HOUR)
    with pytest.raises(errors.Conflict) as raised:
        services.read_by_glass(operator(house), glass)
    assert raised.value.reason == "uur-voorbij"
    with pytest.raises(errors.Conflict):
        services.approve_glass(operator(house, "tweede"), glass)


def test_a_third_operator_does_not_look_along(house: House, item: UUID) -> None:
    glass = opened(house, item)
    with pytest.raises(errors.NotAllowed) as raised:
        services.read_by_glass(operator(house, "derde"), glass)
    assert raised.value.reason == "niet-uw-verzoek"
    assert Event.objects.filter(activity="noodtoegang lezen", outcome="refused").count() == 1


@pytest.mark.parametrize("role", [one for one in Role.values if one != "operator"])
def test_no_other_role_asks_opens_or_reads(house: House, item: UUID, role: str) -> None:
    glass = opened(house, item)
    actor = house.actor("other", role)
    for act in (
        lambda: services.ask_glass(actor, item, "Er is een klacht."),
        lambda: services.approve_glass(actor, glass),
        lambda: services.read_by_glass(actor, glass),
        lambda: glass_requests(actor),
    ):
        with pytest.raises(errors.NotAllowed):
            act()


def test_an_operator_of_another_organisation_knows_of_nothing(house: House, item: UUID) -> None:
    glass = opened(house, item)
    stranger = house.actor("telecom", Role.OPERATOR)
    for act in (lambda: services.approve_glass(stranger, glass), lambda: services.read_by_glass(stranger, glass)):
        with pytest.raises(errors.NotFound):
            act()
    assert glass_requests(stranger) == []


def test_the_wall_opens_one_item_within_its_hour_for_its_own_organisation(house: House, item: UUID) -> None:
    glass, now = opened(house, item), clock.now()
    with viewing.through_glass(glass, party=house.party("other"), at=now):
        assert [one.id for one in Item.objects.all()] == [item]
        assert Version.objects.count() == 1
    closed = (
        viewing.through_glass(glass, party=house.party("other"), at=now + HOUR + 1),
        viewing.through_glass(glass, party=house.party("other"), at=now - 60),
        viewing.through_glass(glass, party=house.party("telecom"), at=now),
        viewing.through_glass(uuid4(), party=house.party("other"), at=now),
    )
    for view in closed:
        with view:
            assert (Item.objects.count(), Version.objects.count()) == (0, 0)


def test_an_hour_is_not_made_longer(house: House, item: UUID) -> None:
    glass = services.ask_glass(operator(house), item, "Er is een klacht.")
    with pytest.raises(IntegrityError), viewing.as_organisation(house.party("other")):
        Glass.objects.filter(id=glass).update(approver=99, approved=10, ends=10 + HOUR + 1)
    services.approve_glass(operator(house, "tweede"), glass)
    with viewing.as_organisation(house.party("other")):
        assert Glass.objects.filter(id=glass).update(ends=10) == 0, "what was opened stays as it was"


def test_nobody_asks_for_an_opened_one_at_once(house: House, item: UUID, database: Server) -> None:
    with viewing.as_organisation(house.party("bank")):
        group = Item.objects.get(id=item).group_id
    row = {"item_id": item, "group_id": group, "organisation": house.party("other"), "person": 1, "reason": "x", "asked": 1}
    with pytest.raises(ProgrammingError) as raised, viewing.as_organisation(house.party("other")):
        Glass.objects.create(**row, approver=2, approved=1, ends=2)
    assert isinstance(raised.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_reason_is_needed_and_an_item(house: House, item: UUID) -> None:
    with pytest.raises(errors.Malformed):
        services.ask_glass(operator(house), item, " ")
    with pytest.raises(errors.NotFound):
        services.ask_glass(operator(house), uuid4(), "Er is een klacht.")


def test_who_is_operator_no_more_reads_nothing_within_the_hour(house: House, item: UUID) -> None:
    glass = opened(house, item)
    moved = replace(operator(house), role=Role.ANALYST)
    with pytest.raises(errors.NotAllowed) as raised:
        services.read_by_glass(moved, glass)
    assert raised.value.reason == "geen-recht"
