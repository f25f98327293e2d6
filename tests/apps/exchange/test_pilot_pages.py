"""Pages of pilots: two officers begin and end one by the buttons alone, and each reader sees what is theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from make import DAY, IBAN, Circle
from make_people import reader, shown

from sluis.apps.exchange.models import Pilot
from sluis.apps.partners.models import TwoPersonChange
from sluis.wire import clock

Later = Callable[[int], None]
HYPOTHESIS = "Winkels houden binnen een uur meer bestellingen tegen dan zonder de kring."


def day(days: int) -> str:
    return str((timezone.localtime() + timedelta(days=days)).date())


def filled(**changes: str) -> dict[str, str]:
    plain = {
        "titel": "Minder gestolen rekeningen",
        "hypothese": HYPOTHESIS,
        "soort": "verzonnen",
        "van": day(0),
        "tot": day(9),
        "doel_maat": "binnen-een-uur",
        "doel_getal": "50",
        "onterecht": "20",
        "reden": "Samen proberen.",
    }
    return plain | changes


def begun(circle: Circle, **changes: str) -> tuple[Client, Client, str]:
    """A pilot by two officers: their browsers, and its address."""
    bank, shop = reader(circle), reader(circle, "shop")
    made = bank.post("/proeftuinen/nieuw/proeftuin", filled(**changes))
    assert made.status_code == 302, made.content.decode()
    path = made["location"]
    assert agreed(shop, path, "proeftuin").status_code == 302
    return bank, shop, path


def agreed(client: Client, path: str, kind: str) -> object:
    number = TwoPersonChange.objects.filter(kind=kind).latest("pk").pk
    return client.post(f"{path}/voorstellen/{number}", {"soort": kind, "besluit": "ja"})


def test_from_proposal_to_practice_by_the_buttons_alone(circle: Circle, later: Later) -> None:
    bank, shop, path = begun(circle, tot=day(1))
    assert "loopt" in shown(bank, "/proeftuinen")
    assert bank.get(f"{path}/evaluatie").status_code == 404
    later(3 * DAY)
    bank, shop = reader(circle), reader(circle, "shop")
    over = shown(bank, path)
    assert "afgelopen, nog geen besluit" in over
    assert "Schrijf eerst wat de cijfers zeggen" in press(bank, path, doe="stop", reden="Het is klaar.")
    press(bank, path, doe="conclusie", tekst="Het werkt met verzonnen gegevens.")
    press(bank, path, doe="praktijk", kring="proeftuin", reden="Het werkt.")
    assert agreed(shop, path, "proeftuin naar praktijk").status_code == 302
    decided = shown(shop, path)
    assert "Dit besluit opent niets" in decided
    assert "beoordeling" in decided
    circle.assess(name="PK-2", reason="Nu in de praktijk.", from_=clock.now() - 1)
    assert "poort 2 is open" in shown(shop, path)
    report = shown(bank, f"{path}/evaluatie")
    assert "Het werkt met verzonnen gegevens." in report
    told = json.loads(shown(bank, f"{path}/evaluatie.json"))
    assert (told["pilot"]["code"], told["hypothesis"]) == ("naar-praktijk", HYPOTHESIS)
    assert all(one["source"] and one["population"] and one["caveat"] for one in told["numbers"])


def press(client: Client, path: str, **fields: str) -> str:
    answer = client.post(f"{path}/doe", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_one_member_stops_a_running_pilot_and_two_extend_it(circle: Circle) -> None:
    bank, shop, path = begun(circle)
    stopped = press(shop, path, doe="beeindig", reden="Er ging iets mis.")
    assert "een besluit van een lid" in stopped
    assert "Er ging iets mis." in stopped
    press(shop, path, doe="conclusie", tekst="Hersteld.")
    press(shop, path, doe="verleng", tot=day(20), reden="Wij gaan verder.")
    agreed(bank, path, "proeftuin verlengen")
    assert "loopt" in shown(bank, path)
    assert Pilot.objects.get().decision == "verlengd"


def test_small_counts_are_not_shown_on_page_or_in_json(circle: Circle) -> None:
    bank, _shop, path = begun(circle)
    circle.publish("bank")
    assert "minder dan 5" in shown(bank, path)
    press(bank, path, doe="beeindig", reden="Genoeg gezien.")
    numbers = {one["code"]: one["value"] for one in json.loads(shown(bank, f"{path}/evaluatie.json"))["numbers"]}
    assert (numbers["signals"], numbers["disputes"]) == (None, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"titel": "x", "hypothese": "kort", "onterecht": ""},
            ("5 tot 120 tekens", "30 tot 2000 tekens", "minstens één grens"),
        ),
        ({"tot": "morgen", "doel_getal": "veel"}, ("jjjj-mm-dd", "heel getal")),
        ({"hypothese": f"Rekening {IBAN} moet minder vaak voorkomen."}, ("Haal het weg",)),
    ],
)
def test_a_form_that_does_not_hold_says_everything_and_keeps_what_was_typed(
    circle: Circle, changes: dict[str, str], words: tuple[str, ...]
) -> None:
    answer = reader(circle).post("/proeftuinen/nieuw/proeftuin", filled(**changes))
    body = answer.content.decode()
    assert (answer.status_code, [one for one in words if one not in body]) == (422, [])
    assert 'value="Samen proberen."' in body


def test_who_steers_reads_the_title_and_not_a_word_more(circle: Circle) -> None:
    _bank, _shop, path = begun(circle)
    office = reader(circle, "carrier", "programme_office")
    seen = shown(office, path) + shown(office, "/proeftuinen")
    assert "Minder gestolen rekeningen" in seen
    assert HYPOTHESIS not in seen
    assert "Samen proberen." not in seen
    assert office.get(f"{path}/evaluatie.json").status_code == 404


def test_an_analyst_reads_and_decides_nothing(circle: Circle) -> None:
    _bank, _shop, path = begun(circle)
    analyst = reader(circle, "carrier", "analyst")
    assert HYPOTHESIS in shown(analyst, path)
    assert "Dit doet een gegevensbeheerder" in press(analyst, path, doe="beeindig", reden="Ik wil dit niet.")
    assert Pilot.objects.get().state == "bevestigd"
