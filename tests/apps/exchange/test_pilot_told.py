"""What the edge is told of a pilot, and a pilot that is staged for a demo."""

from __future__ import annotations

from typing import Any

import make
import make_law
import pytest
from make import DAY, Circle
from make_people import PASSWORD
from make_pilots import Trial

from sluis.apps.exchange.models import Pilot
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
