"""What an answer leaves behind: a line in the log under the organisation that gave it, and word to who contributed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import UUID

from make_groups import House

from sluis.apps.audit.models import Event
from sluis.apps.consent import services
from sluis.apps.consent.selectors.rules import DAY
from sluis.apps.consent.services import Edit, Proposal, answers

Roles = Callable[[str], AbstractContextManager[None]]


def logged(activity: str) -> list[bytes]:
    return [bytes(one) for one in Event.objects.filter(activity=activity).order_by("pk").values_list("party", flat=True)]


def test_each_yes_is_logged_and_the_last_tells_every_contributor(house: House, waiting: tuple[UUID, UUID]) -> None:
    house.agree(waiting[1], "bank")
    house.agree(waiting[1], "shop")
    assert logged(answers.AGREEING) == [house.party("bank"), house.party("shop")]
    assert logged("vrijgeven") == [house.party("shop")]
    assert [house.told(name)[-1] for name in ("bank", "shop")] == ["vrijgave-afgerond", "vrijgave-afgerond"]
    assert house.told("telecom") == ["vrijgegeven"]


def test_an_edit_asks_every_contributor_again(house: House, waiting: tuple[UUID, UUID]) -> None:
    house.agree(waiting[1], "bank")
    before = {name: len(house.told(name)) for name in ("bank", "shop")}
    services.edit(house.actor("shop"), waiting[0], Edit("Nieuwe truc", "Andere tekst.", "binnenskamers", 1))
    for name, amount in before.items():
        assert house.told(name)[amount:] == ["instemming-gevraagd"]


def test_a_yes_taken_back_and_a_no_are_logged_as_such(house: House, waiting: tuple[UUID, UUID]) -> None:
    house.agree(waiting[1], "bank")
    services.withdraw_consent(house.actor("bank"), waiting[1])
    house.refuse(waiting[1], "shop")
    told = Event.objects.filter(activity=answers.AGREEING).order_by("pk").values_list("event", flat=True)
    assert [json.loads(bytes(one))["reference"].split()[-1] for one in told] == ["ja", "terug", "nee"]
    assert [house.told(name)[-1] for name in ("bank", "shop")] == ["vrijgave-afgerond", "vrijgave-afgerond"]


def test_a_proposal_and_a_changed_audience_are_logged_and_ask_every_contributor(house: House) -> None:
    release = house.propose(house.item(house.group(), "bank", "shop"))
    services.change_audience(house.actor("shop"), release, Proposal(house.audience("telecom"), "amber", sure=True))
    assert logged("vrijgave voorstellen") == [house.party("bank")]
    assert logged("publiek wijzigen") == [house.party("shop")]
    for name in ("bank", "shop"):
        assert house.told(name)[-2:] == ["instemming-gevraagd", "instemming-gevraagd"]


def test_a_release_that_is_called_off_tells_its_contributors(house: House, waiting: tuple[UUID, UUID]) -> None:
    services.withdraw(house.actor("bank"), waiting[1])
    assert [house.told(name)[-1] for name in ("bank", "shop")] == ["vrijgave-afgerond", "vrijgave-afgerond"]


def test_a_term_that_passes_is_logged_and_told(
    house: House,
    waiting: tuple[UUID, UUID],
    later: Callable[[int], None],
    as_role: Callable[[str], AbstractContextManager[None]],
) -> None:
    later(15 * DAY)
    with as_role("sluis_worker"):
        assert services.close_overdue() == 1
    (event,) = Event.objects.filter(activity="vrijgave verlopen").values_list("event", flat=True)
    assert json.loads(bytes(event))["reference"] == waiting[1].hex
    assert [house.told(name)[-1] for name in ("bank", "shop")] == ["vrijgave-afgerond", "vrijgave-afgerond"]
