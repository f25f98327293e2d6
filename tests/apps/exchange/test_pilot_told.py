"""What the edge is told of a pilot, and a pilot that is staged for a demo."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import make
import make_law
import pytest
from django.test import Client
from make import DAY, Circle
from make_people import PASSWORD, shown
from make_pilots import HYPOTHESIS, Trial

from sluis.apps.consent import selectors as items
from sluis.apps.consent import services as consent
from sluis.apps.consent.services import Founding
from sluis.apps.exchange.models import Pilot
from sluis.apps.exchange.services import evaluations
from sluis.apps.exchange.services import pilots as services
from sluis.apps.exchange.services.staging import StagedPilot, stage_pilot
from sluis.apps.partners import services as partners
from sluis.core import errors
from sluis.core.exchange.pilots import Bound
from sluis.wire import clock


@pytest.fixture
def trial(circle: Circle) -> Trial:
    return Trial(circle)


def staged(**changes: Any) -> StagedPilot:
    plain = {
        "circle": "proeftuin",
        "title": "Verzonnen proeftuin",
        "hypothesis": "Verzonnen: er worden meer bestellingen tegengehouden.",
        "days": 30,
        "goal": Bound("maatregelen", 5),
        "criteria": (Bound("betwistingen", 3),),
        "proposer": "jurist.bank",
        "confirmer": "jurist.shop",
        "reason": "Verzonnen.",
    }
    return StagedPilot(**(plain | changes))


def test_a_pilot_is_staged_once_by_two_people_and_with_invented_data_only(trial: Trial, settings: Any) -> None:
    for name in ("bank", "shop"):
        partners.enrol(partners.Person(f"jurist.{name}", PASSWORD, trial.circle.members[name].id, "privacy_officer"))
    with pytest.raises(errors.NotAllowed):
        stage_pilot(staged(confirmer="jurist.bank"))
    assert not Pilot.objects.exists()
    assert (stage_pilot(staged()), stage_pilot(staged())) == (True, False)
    assert Pilot.objects.get().state == "bevestigd"
    settings.SLUIS_INVENTED = False
    with pytest.raises(errors.NotAllowed):
        stage_pilot(staged())


def told_to_the_edge(circle: Circle) -> list[tuple[str, int]]:
    answer = make.call("GET", "/v1/beleid", key=circle.edge.key)
    return [(one["ground"], one["since"]) for one in answer.json()["closings"] if make.octets_of(one["circle"]) == circle.id]


def test_the_edge_is_told_beforehand_when_a_pilot_ends_and_at_once_when_it_is_stopped(trial: Trial) -> None:
    circle = trial.circle
    (before,) = told_to_the_edge(circle)
    assert before[0] == "beoordeling-verlopen"
    row = trial.running(ends=clock.now() + DAY)
    assert told_to_the_edge(circle) == [("proeftuin-afgelopen", row.ends)]
    services.halt(row.id, by=trial.actor("shop"), reason="Genoeg gezien.")
    ((ground, since),) = told_to_the_edge(circle)
    assert ground == "proeftuin-afgelopen"
    assert since <= clock.now()


def test_a_member_is_told_of_its_own_circles_alone(trial: Trial) -> None:
    other = trial.circle.section(circle=b"\7" * 16, name="andere", members=(trial.circle.member("bank"),))
    trial.circle.accept(trial.circle.section(), other)
    make_law.assess(other.circle, exchanges=(make_law.SUSPICION,))
    answer = make.call("GET", "/v1/beleid", key=trial.circle.members["shop"].key)
    assert {make.octets_of(one["circle"]) for one in answer.json()["closings"]} == {trial.circle.id}


def ended(trial: Trial) -> Pilot:
    row = trial.running()
    services.halt(row.id, by=trial.actor("shop"), reason="Genoeg gezien.")
    services.conclude(row.id, by=trial.actor("shop"), text="Het werkt met verzonnen gegevens.")
    return row


def grouped(trial: Trial, *names: str) -> UUID:
    """A closed group of these members, the first its founder."""
    first, *others = names
    group = consent.found(trial.actor(first), Founding("Proeftuin", tuple(trial.circle.members[one].id for one in others)))
    for one in others:
        consent.join(trial.actor(one), group)
    return group


def test_the_evaluation_goes_outside_only_when_every_member_that_took_part_agreed(trial: Trial) -> None:
    row, group = ended(trial), grouped(trial, "bank", "shop", "carrier")
    partners.enrol(partners.Person("jurist", PASSWORD, trial.circle.members["bank"].id, "privacy_officer"))
    client = Client()
    assert client.login(username="jurist", password=PASSWORD)
    path = f"/proeftuinen/{row.id}/evaluatie"
    assert "Breng in" in shown(client, path)
    answer = client.post(f"{path}/groep", {"groep": str(group)}, follow=True).content.decode()
    assert "De evaluatie ligt in de groep." in answer
    (item,) = items.group_page(trial.actor("bank"), group).items
    page = items.item_page(trial.actor("shop"), item.id)
    assert len(page.contributors) == 3
    text = "\n".join(page.paragraphs)
    assert HYPOTHESIS in text
    assert "Het werkt met verzonnen gegevens." in text
    assert "Bron: logboek van het knooppunt" in text
    again = client.post(f"{path}/groep", {"groep": str(group)}, follow=True).content.decode()
    assert "Deze evaluatie zit al in een groep." in again


def test_a_group_without_somebody_who_took_part_gets_no_evaluation(trial: Trial) -> None:
    row, group = ended(trial), grouped(trial, "bank", "shop")
    with pytest.raises(errors.Malformed) as raised:
        evaluations.offer(row.id, by=trial.actor("bank"), group=group, text="Tekst van de evaluatie.")
    assert raised.value.reason == "geen-lid"
    assert items.group_page(trial.actor("bank"), group).items == ()


def test_a_pilot_that_runs_has_no_evaluation_to_offer(trial: Trial) -> None:
    row, group = trial.running(), grouped(trial, "bank", "shop", "carrier")
    with pytest.raises(errors.Conflict):
        evaluations.offer(row.id, by=trial.actor("bank"), group=group, text="Te vroeg.")
