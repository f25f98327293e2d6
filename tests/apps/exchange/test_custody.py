"""Who keeps the keys and how those are, as a member's people see it: their own circles only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make import DAY, Circle
from make_people import holder_line, reader, shown

from sluis.apps.audit import services as log
from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.models import Key

Later = Callable[[int], None]
PATH = "/sleutels"


def custody(circle: Circle, name: str = "bank") -> selectors.Custody:
    return selectors.custody(circle.members[name].id)


def state(circle: Circle) -> selectors.KeyState:
    (found,) = custody(circle).circles
    (key,) = found.keys
    return key


def test_a_key_in_use_says_until_when_and_what_comes_next(circle: Circle) -> None:
    key = state(circle)
    start = circle.now - 60
    assert (key.type, key.state, key.epoch, key.generation, key.is_next_made) == ("iban", "in-gebruik", 1, 1, False)
    assert (key.since, key.until) == (start, start + 90 * DAY)
    assert key.steps == tuple(
        sorted(
            (
                ("verversen", key.renewed + 30 * DAY),
                ("bestellen", start + 62 * DAY),
                ("overlap", start + 76 * DAY),
                ("overstap", start + 90 * DAY),
                ("wissen", start + 91 * DAY),
            ),
            key=lambda step: step[1],
        )
    )
    page = shown(reader(circle), PATH)
    for told in ("Kring proeftuin", "rekening (IBAN)", "in gebruik", "sleutelperiode 1", "generatie 1", "nog niet gemaakt"):
        assert told in page


def test_a_key_is_prolonged_twice_and_then_closed(circle: Circle, later: Later) -> None:
    told, start = [], circle.now - 60
    for day in (89, 91, 110, 120):
        later(day * DAY)
        circle.accept(circle.lasting())
        key = state(circle)
        told.append((key.state, key.prolonged, ((key.until or 0) - start) // DAY))
    assert told == [("in-gebruik", 0, 90), ("verlengd", 1, 104), ("verlengd", 2, 118), ("gesloten", 0, 118)]
    assert "gesloten: twee keer verlengd" in shown(reader(circle), PATH)


def test_the_next_key_is_told_when_it_is_made(circle: Circle, later: Later) -> None:
    later(70 * DAY)
    circle.accept(circle.lasting())
    assert not state(circle).is_next_made
    while services.open_ceremonies():
        circle.hold_ceremony()
    key = state(circle)
    assert (key.epoch, key.is_next_made) == (1, True)
    assert "bestellen" not in [step for step, _when in key.steps]


def test_a_circle_without_a_key_says_what_it_waits_for(database: Server) -> None:
    before = settings.SLUIS_POLICY_KEYS
    circle = Circle()
    circle.pin()
    circle.accept()
    circle.assess()
    assert not Key.objects.exists()
    assert (state(circle).state, state(circle).epoch) == ("gevraagd", None)
    client = reader(circle)
    assert "de sleutelhouders maken hem zodra zij er allemaal zijn" in shown(client, PATH)
    page = shown(client, "/kringen/proeftuin")
    assert "Deze kring heeft nu geen sleutel." in page
    assert "tot de volgende sleutel" not in page
    settings.SLUIS_POLICY_KEYS = before


def test_a_circle_that_its_assessment_keeps_shut_says_that_it_has_no_key(circle: Circle) -> None:
    circle.accept(circle.section(), circle.section(circle=b"\7" * 16, name="nieuw", title="Nieuwe kring", assessment=None))
    _head, _sep, below = shown(reader(circle), PATH).partition("Nieuwe kring")
    assert "Deze kring heeft nu geen sleutel." in below
    assert "<table" not in below


def test_a_holder_that_stays_silent_is_late_and_one_that_signs_is_well(circle: Circle, later: Later) -> None:
    log.sequence()
    circle.witness()
    assert [(one.on_public, one.cosigned is not None) for one in custody(circle).holders] == [(True, True)] * 3
    assert "3 van 3 sleutelhouders zijn gezond." in shown(reader(circle), PATH)
    later(7200)
    circle.publish("bank")
    log.sequence()
    circle.witness(1, 2)
    page = shown(reader(circle), PATH)
    assert "2 van 3 sleutelhouders zijn gezond." in page
    assert "te laat" in page
    assert "2 uur geleden" in page
    assert [one.on_public for one in custody(circle).holders] == [True, True, False]


def test_too_few_holders_that_are_well_is_told_with_what_follows(circle: Circle, later: Later) -> None:
    later(7200)
    page = shown(reader(circle), PATH)
    assert "0 van 3 sleutelhouders zijn gezond." in page
    assert "Te weinig gezonde sleutelhouders." in page


def test_lines_are_those_about_ones_own_organisation(circle: Circle) -> None:
    told = [holder_line(circle, "bank"), holder_line(circle, "shop"), holder_line(circle, "bank")]
    log.keep_holder_lines(2, told, witness=circle.holders[1].id)
    assert [one.lines.amount for one in custody(circle).holders] == [0, 2, 0]
    assert [one.lines.amount for one in custody(circle, "carrier").holders] == [0, 0, 0]


def test_keys_of_other_circles_are_not_there(circle: Circle) -> None:
    """The bank alone is in a second circle."""
    other = circle.section(circle=b"\7" * 16, name="bankenkring", title="Kring van banken", members=(circle.member("bank"),))
    circle.accept(circle.section(), other)
    assert "Kring van banken" in shown(reader(circle), PATH)
    assert "Kring van banken" not in shown(reader(circle, "shop"), PATH)


def test_an_expired_policy_shows_the_last_state_and_says_so(circle: Circle, later: Later) -> None:
    client = reader(circle)
    later(8 * DAY)
    assert "Het beleidsbestand is verlopen." in shown(client, PATH)
    for path in ("/kringen", "/kringen/proeftuin"):
        assert "Er is nu geen geldig beleid" in shown(client, path, status=503)
    for path in ("/doorlatingen", "/logboek"):
        shown(client, path)


def test_the_page_takes_the_same_queries_for_more_circles(circle: Circle) -> None:
    counts = []
    for number in (1, 6):
        more = [circle.section(circle=bytes([9 + i]) * 16, name=f"kring-{i}", title=f"Kring {i}") for i in range(1, number)]
        circle.accept(circle.section(), *more)
        shown(client := reader(circle), PATH)
        with CaptureQueriesContext(connection) as captured:
            shown(client, PATH)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16, counts


@pytest.mark.parametrize("path", ["/sleutels", "/opbrengst", "/kringen/proeftuin/beoordeling", "/kringen/proeftuin/opbrengst"])
def test_no_page_is_for_who_is_not_signed_in_or_of_no_organisation(circle: Circle, path: str) -> None:
    assert Client().get(path)["location"].startswith("/inloggen")
    User.objects.create_user("los", password="een-lang-wachtwoord")
    client = Client()
    assert client.login(username="los", password="een-lang-wachtwoord")
    assert client.get(path).status_code == 403
    assert client.post(path).status_code == 405
