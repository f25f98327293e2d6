"""Assessments: the rules answer, a person approves, and a gate closes by itself; all faults at once."""

from __future__ import annotations

import secrets
from typing import Any

import make_law
import msgspec
import pytest
from hub_fixtures import Server
from make import Circle
from make_law import RISK, SUSPICION, SYNTHETIC, UNHEARD, register

from sluis.apps.audit.models import Event
from sluis.apps.privacy import selectors, services
from sluis.apps.privacy.models import Assessment, Evidence
from sluis.core import errors, packaged
from sluis.core.law import rules
from sluis.core.law.controls import CONTROLS
from sluis.wire import clock

CIRCLE = secrets.token_bytes(16)
DAY = make_law.DAY
EVIDENCED = ("C-LIA", "C-COMPAT", "C-DPIA", "C-INFORM", "C-RIGHTS", "C-RETAIN", "C-JOINT", "C-HUMAN")


def ground(circle: bytes = CIRCLE, **more: Any) -> str:
    """Why the gate is shut, or `open`."""
    try:
        selectors.basis_of(circle, at=more.pop("at", clock.now()), **more)
    except errors.NotPermitted as error:
        return str(error.fields["ground"])
    return "open"


def met(name: str) -> dict[str, str]:
    return dict.fromkeys(EVIDENCED, name)


def test_versions_are_numbered_and_kept(database: Server) -> None:
    assert [
        make_law.assess(CIRCLE),
        make_law.assess(CIRCLE, reason="Anders."),
        make_law.assess(CIRCLE, reason="Nog anders."),
    ] == [
        1,
        2,
        3,
    ]
    assert Assessment.objects.count() == 3
    newest = selectors.assessment_of(CIRCLE)
    assert newest is not None
    assert newest.reason == "Nog anders."
    assert Event.objects.filter(activity="beoordeling vastgesteld").count() == 3


def test_the_very_same_again_changes_nothing(database: Server) -> None:
    now = clock.now()
    terms = {"from_": now, "until": now + 10}
    assert make_law.assess(CIRCLE, **terms) == make_law.assess(CIRCLE, **terms) == 1


def test_the_rules_give_outcome_articles_and_conditions(database: Server) -> None:
    make_law.assess(CIRCLE, exchanges=(SYNTHETIC, SUSPICION))
    found = selectors.assessment_of(CIRCLE)
    assert found is not None
    assert (found.outcome, found.articles, found.rules) == ("niet_mogelijk", ["AVG 10; UAVG 31, 33 lid 4 en 5"], "0.2")
    assert {"C-SMALLN", "C-LICENCE"} <= set(found.conditions)


def test_every_fault_is_told_at_once(database: Server) -> None:
    wrong = {"name": " ", "exchanges": ({**SYNTHETIC, "from": "bakker"},), "met": {"C-NONE": "X", "C-DPIA": "Y"}}
    with pytest.raises(errors.Malformed) as raised:
        make_law.assess(b"", **wrong, reason="", until=0, review=1, approver="")
    where = [fault.where for fault in raised.value.faults]
    plain = ["name", "circle", "reason", "until", "approver"]
    assert where == [*plain, "exchanges.0.from", "met.C-NONE", "met.C-NONE", "met.C-DPIA"]
    with pytest.raises(errors.Malformed):
        make_law.assess(CIRCLE, exchanges=())
    assert Assessment.objects.count() == 0


@pytest.mark.parametrize("facts", [SUSPICION, UNHEARD])
def test_the_newest_version_is_what_counts(database: Server, facts: dict[str, Any]) -> None:
    make_law.assess(CIRCLE)
    assert ground() == "open"
    make_law.assess(CIRCLE, exchanges=(facts,))
    assert ground() == "beoordeling-zegt-nee"


def test_the_term_opens_and_shuts_on_the_second(database: Server) -> None:
    now = clock.now()
    make_law.assess(CIRCLE, from_=now + 10, until=now + 20)
    told = [ground(at=now + seconds) for seconds in (9, 10, 19, 20)]
    assert told == ["beoordeling-verlopen", "open", "open", "beoordeling-verlopen"]


def test_an_overdue_review_shuts_the_gate_on_its_second(database: Server) -> None:
    now = clock.now()
    make_law.assess(CIRCLE, from_=now, until=now + 100, review=now + 50)
    assert [ground(at=now + 49), ground(at=now + 50)] == ["open", "herziening-verlopen"]
    with pytest.raises(errors.Malformed) as raised:
        make_law.assess(CIRCLE, from_=now, until=now + 100, review=now + 101)
    assert [fault.where for fault in raised.value.faults] == ["review"]


def test_another_circle_has_no_part_in_it(database: Server) -> None:
    make_law.assess(CIRCLE)
    assert ground(secrets.token_bytes(16)) == "geen-beoordeling"


def test_nothing_passes_while_a_condition_is_open_and_the_refusal_names_its_article(database: Server) -> None:
    make_law.assess(CIRCLE, exchanges=(RISK,))
    with pytest.raises(errors.NotPermitted) as raised:
        selectors.basis_of(CIRCLE, at=clock.now())
    assert raised.value.fields["ground"] == "voorwaarde-open"
    assert "AVG 35, 36" in (raised.value.fields["articles"] or [])
    make_law.assess(CIRCLE, exchanges=(RISK,), met=met(register()))
    assert ground() == "open"


@pytest.mark.parametrize("missing", EVIDENCED)
def test_one_condition_less_is_enough_to_stay_shut(database: Server, missing: str) -> None:
    given = met(register())
    del given[missing]
    make_law.assess(CIRCLE, exchanges=(RISK,), met=given)
    assert ground() == "voorwaarde-open"


def test_what_the_rules_of_the_circle_enforce_needs_no_evidence(circle: Circle) -> None:
    given = {code: name for code, name in met(register()).items() if code not in {"C-RIGHTS", "C-RETAIN"}}
    circle.assess(exchanges=(RISK,), met=given)
    plain = circle.section()
    members = (replaced(circle, "bank", ("inzage",)), replaced(circle, "shop", ("decide",)))
    assert ground(circle.id, rules=plain) == "voorwaarde-open"
    assert ground(circle.id, rules=msgspec.structs.replace(plain, members=members)) == "open"
    assert ground(circle.id, rules=msgspec.structs.replace(plain, members=members, retention=366)) == "voorwaarde-open"
    assert ground(circle.id) == "voorwaarde-open"


def replaced(circle: Circle, name: str, uses: tuple[str, ...]) -> Any:
    return msgspec.structs.replace(circle.member(name), uses=uses)


def test_every_control_belongs_to_a_condition_of_the_rules() -> None:
    assert set(CONTROLS) <= set(rules.packaged_version().conditions)


def test_the_gate_shuts_when_evidence_ends_and_when_it_is_taken_back(database: Server) -> None:
    now, name = clock.now(), register()
    make_law.assess(CIRCLE, exchanges=(RISK,), met=met(name), from_=now, until=now + 60 * DAY)
    end = Evidence.objects.get(name=name).ends
    assert end is not None
    assert [ground(at=end - 1), ground(at=end)] == ["open", "bewijs-verlopen"]
    assert services.withdraw(name, reason="De DPIA klopt niet meer.") == 1
    assert ground() == "bewijs-verlopen"
    with pytest.raises(errors.Malformed) as raised:
        make_law.assess(CIRCLE, exchanges=(RISK,), met=met(name), reason="Opnieuw.")
    assert {fault.code for fault in raised.value.faults} == {"ingetrokken"}


def test_evidence_that_begins_later_than_the_assessment_is_refused(database: Server) -> None:
    name = register(from_=clock.now() + 100)
    with pytest.raises(errors.Malformed) as raised:
        make_law.assess(CIRCLE, exchanges=(RISK,), met=met(name))
    assert {fault.code for fault in raised.value.faults} == {"later"}


def test_evidence_is_kept_once_and_every_fault_is_told(database: Server) -> None:
    now = clock.now()
    terms = {"from_": now, "until": now + DAY}
    assert register(**terms) == register(**terms)
    assert Event.objects.filter(activity="bewijs vastgelegd").count() == 1
    with pytest.raises(errors.Conflict):
        register(**terms, title="Iets anders")
    with pytest.raises(errors.Malformed) as raised:
        register(" ", kind="brief", title="", parties=(), scope="", until=0, registrar=" ")
    assert [fault.where for fault in raised.value.faults] == ["name", "kind", "title", "parties", "scope", "until", "registrar"]


def test_taking_back_needs_a_reason_and_something_to_take_back(database: Server) -> None:
    with pytest.raises(errors.NotFound):
        services.withdraw("NIETS", reason="Weg ermee.")
    name = register()
    with pytest.raises(errors.Malformed):
        services.withdraw(name, reason=" ")
    services.withdraw(name, reason="Weg ermee.")
    with pytest.raises(errors.Conflict):
        services.withdraw(name, reason="Nog eens.")


def test_rules_that_change_against_a_circle_close_it_and_those_that_do_not_leave_it(
    database: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = secrets.token_bytes(16)
    make_law.assess(CIRCLE, exchanges=(RISK,), met=met(register()))
    make_law.assess(other)
    assert services.weigh_again() == 0
    told = packaged.read("sluis.core.law", "rules-0.2.yaml").decode()
    lawful, _effect, rest = told.partition("- id: R-6F-PRIV")
    stricter = rules.parse(f"{lawful}- id: R-6F-PRIV{rest.replace('effect: require', 'effect: forbid', 1)}".encode())
    monkeypatch.setattr(rules, "packaged_version", lambda: stricter)
    assert services.weigh_again() == 1
    assert (ground(), ground(other)) == ("regels-gewijzigd", "open")
    assert services.weigh_again() == 0
    assert Event.objects.filter(activity="beoordeling gesloten door nieuwe regels", circle=CIRCLE).count() == 1
