"""The privacykader for machines: the same answers as the command, and one decision as AuthZEN asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import make
import pytest
import yaml
from django.http import HttpResponse
from make import Circle
from make_law import SUSPICION, SYNTHETIC
from typer.testing import CliRunner

from sluis.apps.audit.models import Decision
from sluis.client.cli.main import app
from sluis.core.exchange import documents

CASES = Path(__file__).parents[2] / "vectors" / "legal-cases.yaml"


def ask(circle: Circle, exchanges: list[dict[str, Any]], **more: Any) -> HttpResponse:
    return circle.post("/v1/toetsingen", {"exchanges": exchanges, **more}, key=circle.members["bank"].key)


def test_every_case_is_answered_as_the_command_answers_it(circle: Circle) -> None:
    cases = yaml.safe_load(CASES.read_bytes())["cases"]
    asked = [{name: case[name] for name in ("id", "facts", "what_if") if name in case} for case in cases]
    told = CliRunner().invoke(app, ["law", "assess", str(CASES), "--json"])
    assert ask(circle, asked).json()["assessments"] == yaml.safe_load(told.stdout)


def test_every_fault_of_every_exchange_is_told_at_once(circle: Circle) -> None:
    answer = ask(circle, [{"id": "A", "facts": {**SYNTHETIC, "from": "bakker"}}, {"facts": {**SYNTHETIC, "data": []}}])
    assert answer.status_code == 400
    assert [one["where"] for one in answer.json()["errors"]] == ["A.from", "1.data"]
    assert ask(circle, []).json()["code"] == "aantal"
    assert ask(circle, [{"facts": SYNTHETIC}] * 101).json()["code"] == "aantal"
    assert ask(circle, [{"facts": SYNTHETIC}], as_of="straks").json()["code"] == "onjuiste-dag"


def test_a_stranger_gets_no_assessment(circle: Circle) -> None:
    key = make.Party().key
    assert circle.post("/v1/toetsingen", {"exchanges": [{"facts": SYNTHETIC}]}, key=key).status_code == 403


def evaluate(circle: Circle, who: str = "bank", **changes: Any) -> HttpResponse:
    party = circle.members[who]
    asked = {
        "subject": {"type": "party", "id": party.id.hex()},
        "action": {"name": "check"},
        "resource": {"type": "kring", "id": "proeftuin"},
        "context": {"purpose": make.PURPOSE, "type": "iban"},
    }
    return circle.post("/access/v1/evaluation", {**asked, **changes}, key=party.key)


def test_a_yes_is_a_yes_and_is_kept(circle: Circle) -> None:
    assert evaluate(circle).json()["decision"] is True
    row = Decision.objects.get(action="check")
    assert (row.decision, row.resource, row.subject) == (True, "proeftuin", circle.members["bank"].id.hex())
    assert row.policy == str(circle.serial)


@pytest.mark.parametrize(
    ("changes", "ground"),
    [
        ({"context": {"purpose": "werving"}}, "doel-past-niet"),
        ({"context": {"type": "kvk"}}, "soort-buiten-kring"),
        ({"action": {"name": "watch"}}, "bewaken-niet-beoordeeld"),
        ({"resource": {"type": "kring", "id": "elders"}}, "geen-lid"),
    ],
)
def test_a_no_has_its_ground_and_articles_and_is_kept(circle: Circle, changes: dict[str, Any], ground: str) -> None:
    told = evaluate(circle, **changes).json()
    assert (told["decision"], told["context"]["ground"]) == (False, ground)
    assert told["context"]["articles"]
    assert told["context"]["instead"]
    row = Decision.objects.get()
    assert (row.decision, row.reasons[0]) == (False, ground)


def test_an_assessment_that_says_no_is_a_no(circle: Circle) -> None:
    circle.assess(exchanges=(SUSPICION,))
    told = evaluate(circle).json()["context"]
    assert (told["ground"], told["articles"]) == ("beoordeling-zegt-nee", ["AVG 10; UAVG 31, 33 lid 4 en 5"])


def test_a_circle_of_others_answers_as_one_that_is_not_there(circle: Circle) -> None:
    other = circle.section(circle=b"\7" * 16, name="bankenkring", title="Kring van banken", members=(circle.member("bank"),))
    circle.accept(circle.section(), other)
    elsewhere = {"resource": {"type": "kring", "id": "bankenkring"}}
    hidden, absent = evaluate(circle, "shop", **elsewhere), evaluate(circle, "shop", resource={"type": "kring", "id": "niets"})
    assert hidden.json() == absent.json()
    assert "bankenkring" not in str([vars(row) for row in Decision.objects.all()])


def test_nobody_asks_on_anothers_behalf(circle: Circle) -> None:
    other = {"subject": {"type": "party", "id": circle.members["shop"].id.hex()}}
    assert evaluate(circle, **other).status_code == 403
    stranger = {"type": "party", "id": documents.public_key(make.Party().key).hex()}
    assert evaluate(circle, subject=stranger).status_code == 403


def test_a_question_in_unknown_words_has_every_fault(circle: Circle) -> None:
    answer = evaluate(circle, subject={"type": "user", "id": "x"}, action={"name": "eat"}, resource={"type": "fish", "id": "x"})
    assert answer.status_code == 400
    assert [one["where"] for one in answer.json()["errors"]] == ["subject.type", "action.name", "resource.type"]
    assert not Decision.objects.exists()
