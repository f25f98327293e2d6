"""Pilots: two members begin one, it stops by itself, and its gate follows the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from make import DAY, OTHER_IBAN, Circle, Draft
from make_pilots import Trial, plan

from sluis.apps.exchange import services as exchange
from sluis.apps.exchange.models import Pilot, PilotPlan, PilotStep
from sluis.apps.exchange.selectors import pilots as reads
from sluis.apps.exchange.services import pilots as services
from sluis.apps.partners.selectors import Role
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange.bodies import DisclosureRequest
from sluis.core.exchange.pilots import Bound
from sluis.wire import clock

Later = Callable[[int], None]


@pytest.fixture
def trial(circle: Circle) -> Trial:
    return Trial(circle)


def ground(act: Callable[[], Any]) -> str:
    """The ground on which the gate refuses; empty when it lets pass."""
    try:
        act()
    except errors.NotPermitted as error:
        return str(error.fields["ground"])
    return ""


def test_nothing_runs_until_somebody_of_another_member_agreed(trial: Trial) -> None:
    row = trial.proposed()
    assert reads.pilot(str(row.id)).state == "voorgesteld"
    colleague = trial.actor("bank", person="b")
    for by, code in (
        (trial.actor("bank"), "eigen-voorstel"),
        (colleague, "zelfde-organisatie"),
        (trial.actor("shop", Role.ANALYST), "geen-recht"),
    ):
        with pytest.raises(errors.NotAllowed) as raised:
            trial.agree(row, by=by)
        assert raised.value.reason == code
    trial.agree(row)
    assert reads.pilot(str(row.id)).state == "loopt"


def test_a_pilot_that_nobody_confirmed_in_its_term_does_not_go_on(trial: Trial, later: Later) -> None:
    row = trial.proposed()
    later(14 * DAY)
    assert reads.pilot(str(row.id)).state == "niet-doorgegaan"
    with pytest.raises(errors.Conflict):
        trial.agree(row)


def test_the_gate_is_shut_on_the_second_the_pilot_ends_and_without_any_task(trial: Trial, later: Later) -> None:
    circle = trial.circle
    row = trial.running(ends=clock.now() + DAY)
    circle.publish("bank")
    rest = row.ends - clock.now()
    later(rest - 5)
    assert ground(lambda: circle.publish("bank", circle.signal("bank", Draft(iban=OTHER_IBAN)))) == ""
    later(rest + 1)
    assert ground(lambda: circle.publish("shop")) == "proeftuin-afgelopen"
    assert ground(lambda: privacy.basis_of(circle.id, at=clock.now())) == "proeftuin-afgelopen"
    assert reads.pilot(str(row.id)).state == "afgelopen"
    assert Pilot.objects.get().state == "bevestigd"


def test_before_its_first_day_a_pilot_lets_nothing_pass(trial: Trial, later: Later) -> None:
    row = trial.running(starts=clock.now() + DAY, ends=clock.now() + 9 * DAY)
    assert reads.pilot(str(row.id)).state == "gepland"
    assert ground(lambda: trial.circle.publish("bank")) == "proeftuin-afgelopen"
    later(DAY + 5)
    assert ground(lambda: trial.circle.publish("bank")) == ""


def test_a_disclosure_that_waits_is_not_handed_out_after_the_end(trial: Trial, later: Later) -> None:
    circle = trial.circle
    disclosure = msgspec.structs.replace(circle.section().disclosure, context="approval")
    circle.accept(circle.section(disclosure=disclosure))
    trial.running(ends=clock.now() + DAY // 2)
    circle.publish("bank")
    body = msgspec.convert(circle.disclosure(), DisclosureRequest, builtin_types=(bytes,))
    asked = exchange.disclose(body, key=circle.members["shop"].public)
    assert asked.pending
    later(DAY // 2 + 5)
    assert ground(lambda: exchange.fetch_disclosure(asked.request, key=circle.members["shop"].public)) == "proeftuin-afgelopen"


def test_the_worker_writes_the_end_down_once_with_the_counts_of_then(
    trial: Trial, later: Later, as_role: Callable[[str], Any]
) -> None:
    row = trial.running(ends=clock.now() + DAY)
    trial.circle.publish("bank")
    later(DAY + 5)
    with as_role("sluis_worker"):
        assert (services.tend(), services.tend()) == (1, 0)
    content = trial.content(row)
    assert (content.counts.signals, content.counted is not None) == (1, True)
    assert [act for _at, act, _who, _why in content.steps][-1] == "einde-einddatum"
    assert Pilot.objects.get().ended == row.ends


def test_a_pilot_needs_an_assessment_of_what_it_exchanges(trial: Trial) -> None:
    row = trial.proposed(kind="echt")
    with pytest.raises(errors.Conflict) as raised:
        trial.agree(row)
    assert raised.value.reason == "beoordeling-past-niet"
    assert Pilot.objects.get().state == "voorgesteld"


def test_a_pilot_does_not_outlast_its_assessment(trial: Trial) -> None:
    row = trial.proposed(ends=clock.now() + 90 * DAY)
    with pytest.raises(errors.Conflict) as raised:
        trial.agree(row)
    assert raised.value.reason == "langer-dan-beoordeling"


def test_a_circle_has_one_pilot_at_a_time(trial: Trial) -> None:
    first, second = trial.proposed(), trial.proposed(title="Nog een proeftuin")
    trial.agree(first)
    with pytest.raises(errors.Conflict) as raised:
        trial.agree(second)
    assert raised.value.reason == "proeftuin-bestaat"
    with pytest.raises(errors.Conflict):
        trial.proposed(title="Een derde proeftuin")


def test_every_fault_of_a_plan_is_told_at_once(trial: Trial) -> None:
    wrong = plan(title="x", hypothesis="kort", kind="half", ends=clock.now() - 1, goal=Bound("geluk", 1), criteria=())
    with pytest.raises(errors.Malformed) as raised:
        services.propose("proeftuin", wrong, by=trial.actor("bank"), reason="Samen proberen.")
    assert {one.where for one in raised.value.faults} == {"title", "hypothesis", "kind", "ends", "goal", "criteria"}


def test_the_database_shows_content_to_members_alone(trial: Trial) -> None:
    row = trial.running()
    assert trial.content(row).hypothesis
    assert reads.content_of(row, party=b"\1" * 16, at=clock.now()) is None
    assert (PilotPlan.objects.count(), PilotStep.objects.count()) == (0, 0)


def test_who_steers_sees_title_state_and_dates_and_an_outsider_nothing(trial: Trial) -> None:
    row = trial.running()
    office = replace(trial.actor("bank", Role.PROGRAMME_OFFICE), organisation=b"\1" * 16)
    page = reads.pilot_page(row.id, by=office)
    assert (page.view.title, page.content, page.circle_title) == (row.title, None, "")
    assert [one.id for one in reads.pilots_of(office)] == [str(row.id)]
    outsider = replace(trial.actor("bank"), organisation=b"\1" * 16)
    assert reads.pilots_of(outsider) == ()
    with pytest.raises(errors.NotFound):
        reads.pilot_page(row.id, by=outsider)


def test_an_unknown_pilot_is_not_there(trial: Trial) -> None:
    for identity in ("geen-nummer", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(errors.NotFound) as raised:
            reads.pilot(identity)
        assert raised.value.reason == "onbekende-proeftuin"
