"""The stage of testing: a pilot of the exchange is shown on the case, and what was decided of it is the stage's evidence."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from make_casework import Desk
from make_law import assess
from make_people import reader, shown
from make_pilots import Trial

from sluis.apps.casework import services
from sluis.apps.exchange.services import pilots
from sluis.core import errors


@pytest.fixture
def case(desk: Desk) -> UUID:
    """A case at the stage of testing, owned by the bank."""
    made = desk.passed(desk.case(), to=5)
    services.take_stage(desk.house.actor("bank"), made)
    return made


@pytest.fixture
def trial(desk: Desk) -> Trial:
    """The circle of all partners, with officers who begin pilots."""
    assess(desk.house.circle.id)
    return Trial(desk.house.circle)


def test_a_pilot_is_shown_with_its_state_and_its_decision_passes_the_stage(desk: Desk, case: UUID, trial: Trial) -> None:
    row, bank = trial.running(), desk.house.actor("bank")
    services.link_pilot(bank, case, str(row.id))
    page = desk.page(case, "carrier")
    assert page.pilot is not None
    assert (page.pilot.state, page.pilot.decision) == ("loopt", "")
    with pytest.raises(errors.Conflict) as raised:
        services.add_pilot(bank, case)
    assert raised.value.reason == "nog-geen-besluit"
    pilots.halt(row.id, by=trial.actor("bank"), reason="Genoeg gezien.")
    pilots.conclude(row.id, by=trial.actor("bank"), text="Het helpt niet genoeg.")
    pilots.stop(row.id, by=trial.actor("bank"), reason="Te weinig opbrengst.")
    services.add_pilot(bank, case)
    (found,) = desk.page(case).stage.evidence
    assert (found.kind, found.title, found.paragraphs) == ("proeftuin", row.title, ("stoppen",))
    desk.ask(case)
    desk.answer(case)
    assert desk.page(case).stage.number == 6


def test_nobody_links_a_pilot_of_which_it_may_not_know(desk: Desk, case: UUID) -> None:
    for unknown in (str(uuid4()), "", "geen nummer"):
        with pytest.raises(errors.NotFound) as raised:
            services.link_pilot(desk.house.actor("bank"), case, unknown)
        assert raised.value.reason == "onbekende-proeftuin"
    with pytest.raises(errors.NotFound):
        services.add_pilot(desk.house.actor("bank"), case)


def test_a_pilot_belongs_to_the_stage_of_testing(desk: Desk, trial: Trial) -> None:
    row, case = trial.running(), desk.case()
    for act in (
        lambda: services.link_pilot(desk.house.actor("bank"), case, str(row.id)),
        lambda: services.add_pilot(desk.house.actor("bank"), case),
    ):
        with pytest.raises(errors.Conflict) as raised:
            act()
        assert raised.value.reason == "niet-in-toetsen"


def test_the_page_links_a_pilot_and_says_how_it_stands(
    desk: Desk, case: UUID, trial: Trial, later: Callable[[int], None]
) -> None:
    row, client = trial.running(), reader(desk.house.circle, "bank")
    page = reverse("casework:show-case", args=[case])
    assert row.title in shown(client, page)
    client.post(reverse("casework:link-pilot", args=[case]), {"proeftuin": str(row.id)})
    assert f"{row.title} ({row.circle_name}): loopt" in shown(client, page)
    later(30 * 86_400)
    client = reader(desk.house.circle, "bank")
    assert "afgelopen, nog geen besluit" in shown(client, page)
