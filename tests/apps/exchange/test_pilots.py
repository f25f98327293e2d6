"""Pilots: two members begin one, it stops by itself, and its gate follows the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import make_law
import msgspec
import pytest
from django.db import connections, transaction
from make import DAY, OTHER_IBAN, Circle, Draft
from make_pilots import Trial, plan

from sluis.apps.exchange import services as exchange
from sluis.apps.exchange.models import Feedback, Pilot, PilotPlan, PilotStep
from sluis.apps.exchange.selectors import pilots as reads
from sluis.apps.exchange.services import pilots as services
from sluis.apps.partners.selectors import Acting, Role
from sluis.apps.privacy import selectors as privacy
from sluis.apps.privacy import services as privacy_services
from sluis.apps.privacy.services import withdraw as taken_back
from sluis.core import errors
from sluis.core.exchange.bodies import DisclosureRequest
from sluis.core.exchange.pilots import Bound
from sluis.core.exchange.rights import FeedbackRequest
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


def test_two_people_decide_at_once_and_one_of_them_hears_that_it_is_done(trial: Trial) -> None:
    row, told = trial.proposed(), []
    officers = [trial.actor("shop"), trial.actor("carrier")]

    def deciding(by: Acting) -> None:
        try:
            trial.agree(row, by=by)
            told.append("begonnen")
        except errors.Conflict as error:
            told.append(error.reason)
        connections.close_all()

    threads = [threading.Thread(target=deciding, args=(by,)) for by in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == ["begonnen", "voorstel-besloten"]
    assert [act for _at, act, _who, _why in trial.content(row).steps].count("begonnen") == 1


def test_one_stops_while_two_extend_and_what_came_first_counts(trial: Trial) -> None:
    """Whichever order: a pilot that somebody stopped does not run on by an extension that was agreed to before it."""
    row = trial.running(ends=clock.now() + DAY)
    services.propose_extension(row.id, by=trial.actor("bank"), ends=clock.now() + 5 * DAY, reason="Wij gaan door.")
    number = trial.waiting(services.EXTEND.kind)
    told: list[str] = []

    def tried(name: str, work: Callable[[], object]) -> None:
        try:
            work()
            told.append(name)
        except errors.Conflict as error:
            told.append(error.reason)
        connections.close_all()

    shop, carrier = trial.actor("shop"), trial.actor("carrier")
    works = {
        "verlengd": lambda: services.decide(services.EXTEND.kind, number, by=shop),
        "gestopt": lambda: services.halt(row.id, by=carrier, reason="Er gaat iets mis."),
    }
    threads = [threading.Thread(target=tried, args=one) for one in works.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert "gestopt" in told
    steps = [act for _at, act, _who, _why in trial.content(row).steps]
    state = reads.pilot(str(row.id)).state
    assert state == ("loopt" if steps[-1] == "verlengd" else "afgelopen")


def fed_back(circle: Circle, measure: str, *, at: int) -> None:
    """Feedback of one member on as many signals as there are ibans: the tenth makes a share count."""
    for number in range(at):
        draft = Draft(iban=f"NL{checked(number)}TEST{number:010d}")
        circle.publish("bank", circle.signal("bank", draft))
        shown = circle.shown(measure=measure, within="1u", voucher=circle.voucher(draft.iban))
        exchange.give_feedback(FeedbackRequest(**shown), key=circle.members["shop"].public)


def checked(number: int) -> str:
    digits = f"29142829{number:010d}232100"
    return f"{98 - int(digits) % 97:02d}"


def test_too_many_wrong_hits_stop_a_pilot_in_the_call_that_tells_of_them(trial: Trial) -> None:
    row = trial.running()
    fed_back(trial.circle, "bleek-onterecht", at=9)
    assert reads.pilot(str(row.id)).state == "loopt"
    draft = Draft(iban=OTHER_IBAN)
    trial.circle.publish("bank", trial.circle.signal("bank", draft))
    shown = trial.circle.shown(measure="bleek-onterecht", within="1u", voucher=trial.circle.voucher(OTHER_IBAN))
    exchange.give_feedback(FeedbackRequest(**shown), key=trial.circle.members["shop"].public)
    assert reads.pilot(str(row.id)).state == "afgelopen"
    assert Pilot.objects.get().ended_by == "aandeel-onterecht"
    assert ground(lambda: trial.circle.publish("bank")) == "proeftuin-afgelopen"


def test_after_an_extension_the_criteria_count_anew(trial: Trial, as_role: Callable[[str], Any]) -> None:
    row = trial.running()
    fed_back(trial.circle, "bleek-onterecht", at=10)
    assert reads.pilot(str(row.id)).state == "afgelopen"
    services.conclude(row.id, by=trial.actor("bank"), text="De regel was te ruim en is aangepast.")
    services.propose_extension(row.id, by=trial.actor("bank"), ends=clock.now() + 30 * DAY, reason="Wij proberen het opnieuw.")
    Feedback.objects.update(time=clock.now() - 5)
    services.decide(services.EXTEND.kind, trial.waiting(services.EXTEND.kind), by=trial.actor("shop"))
    with as_role("sluis_worker"):
        assert services.tend() == 0
    assert (reads.pilot(str(row.id)).state, reads.pilot(str(row.id)).decision) == ("loopt", "verlengd")
    assert ground(lambda: trial.circle.publish("carrier")) == ""


def test_no_hit_by_the_agreed_day_stops_a_pilot(trial: Trial, later: Later, as_role: Callable[[str], Any]) -> None:
    trial.running(criteria=(Bound("geen-treffer", clock.now() + DAY),))
    later(DAY + 5)
    with as_role("sluis_worker"):
        assert services.tend() == 1
    assert Pilot.objects.get().ended_by == "geen-treffer"


def test_practice_opens_nothing_until_its_own_assessment_is_approved(trial: Trial, later: Later) -> None:
    circle, row = trial.circle, trial.running(ends=clock.now() + DAY)
    later(DAY + 5)
    with pytest.raises(errors.Conflict) as raised:
        services.propose_practice(row.id, by=trial.actor("bank"), practice="proeftuin", reason="Het werkt.")
    assert raised.value.reason == "conclusie-ontbreekt"
    circle.assess(name="PK-VROEG", reason="Te vroeg goedgekeurd.")
    assert ground(lambda: circle.publish("bank")) == "proeftuin-afgelopen"
    services.conclude(row.id, by=trial.actor("bank"), text="Het werkt.")
    services.propose_practice(row.id, by=trial.actor("bank"), practice="proeftuin", reason="Het werkt.")
    services.decide(services.TO_PRACTICE.kind, trial.waiting(services.TO_PRACTICE.kind), by=trial.actor("shop"))
    assert reads.pilot_page(row.id, by=trial.actor("bank")).missing is not None
    # The assessment of the pilot does not carry the practice: it takes one of its own.
    assert ground(lambda: circle.publish("bank")) == "beoordeling-verlopen"
    circle.assess(name="PK-PRAKTIJK", reason="Voor de praktijk.")
    assert ground(lambda: circle.publish("bank")) == ""
    assert reads.pilot_page(row.id, by=trial.actor("bank")).missing is None


def test_a_stopped_pilot_stays_shut_also_by_a_new_assessment(trial: Trial) -> None:
    row = trial.running()
    services.halt(row.id, by=trial.actor("shop"), reason="Genoeg gezien.")
    services.conclude(row.id, by=trial.actor("shop"), text="Het werkt niet.")
    services.stop(row.id, by=trial.actor("shop"), reason="Het levert niets op.")
    trial.circle.assess(name="PK-ACHTERAF", reason="Toch weer.")
    assert ground(lambda: trial.circle.publish("bank")) == "proeftuin-afgelopen"
    assert ground(lambda: privacy.basis_of(trial.circle.id, at=clock.now())) == "proeftuin-afgelopen"


def test_evidence_that_is_taken_back_shuts_a_pilot_before_its_end(trial: Trial) -> None:
    circle = trial.circle
    circle.accept(circle.section(members=tuple(circle.rights_kept())))
    by_evidence = ("C-LIA", "C-COMPAT", "C-DPIA", "C-INFORM", "C-JOINT", "C-HUMAN")
    circle.assess(exchanges=(make_law.RISK,), met=dict.fromkeys(by_evidence, make_law.register()))
    trial.running(kind="echt")
    taken_back("DPIA-1", reason="Deze DPIA klopte niet.")
    assert ground(lambda: circle.publish("bank")) == "bewijs-verlopen"


def test_a_pilot_goes_on_bounding_a_circle_whose_evidence_was_replaced(trial: Trial, later: Later) -> None:
    """Evidence is taken back and other evidence put in its place, by a new version: the pilot ends on its day all the same."""
    circle = trial.circle
    circle.accept(circle.section(members=tuple(circle.rights_kept())))
    by_evidence = ("C-LIA", "C-COMPAT", "C-DPIA", "C-INFORM", "C-JOINT", "C-HUMAN")
    circle.assess(exchanges=(make_law.RISK,), met=dict.fromkeys(by_evidence, make_law.register()))
    trial.running(kind="echt", ends=clock.now() + DAY)
    taken_back("DPIA-1", reason="Deze DPIA klopte niet.")
    renewed = dict.fromkeys(by_evidence, make_law.register("DPIA-2"))
    circle.assess(name="PK-2", exchanges=(make_law.RISK,), met=renewed)
    assert privacy.is_of_pilot(privacy.assessment_of(circle.id))
    later(DAY + 5)
    assert ground(lambda: circle.publish("bank")) == "proeftuin-afgelopen"


def test_after_replaced_evidence_the_worker_opens_the_rest_of_the_pilot(
    trial: Trial, later: Later, as_role: Callable[[str], Any]
) -> None:
    circle = trial.circle
    circle.assess(met={})
    trial.running(ends=clock.now() + DAY)
    with transaction.atomic():
        privacy_services.bound_by_pilot(circle.id, ends=clock.now() - 1)
    assert ground(lambda: privacy.basis_of(circle.id, at=clock.now())) == "proeftuin-afgelopen"
    with as_role("sluis_worker"):
        services.tend()
    assert ground(lambda: circle.publish("bank")) == ""
    later(DAY + 5)
    assert ground(lambda: circle.publish("shop")) == "proeftuin-afgelopen"
