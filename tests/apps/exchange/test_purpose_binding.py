"""A signal shared for one purpose is refused from every other, record by record, with its article and in the log."""

from __future__ import annotations

import itertools
from typing import Any

import make
import make_law
import msgspec
import pytest
from django.http import HttpResponse
from make import IBAN, OTHER_IBAN, Circle, Draft

from sluis.apps.audit.models import Event
from sluis.apps.exchange.models import Approval, Disclosure, Signal
from sluis.core.law import purposes

PREVENTION, INVESTIGATION, VICTIM_HELP = BOUND = (purposes.PREVENTION, purposes.INVESTIGATION, purposes.VICTIM_HELP)
ARTICLE = ["AVG 5 lid 1 b"]
# Facts that the rules answer with yes, so that what shuts the gate is the purpose alone.
FACTS: dict[str, dict[str, Any]] = {
    PREVENTION: {**make_law.SYNTHETIC, "purpose": "prevent_fraud"},
    INVESTIGATION: {**make_law.SYNTHETIC, "purpose": "investigate"},
    VICTIM_HELP: {**make_law.SYNTHETIC, "purpose": "victim_support"},
}


def ask(circle: Circle, purpose: str, name: str = "shop", iban: str = IBAN) -> HttpResponse:
    body = circle.disclosure(purpose=purpose, voucher=circle.voucher(iban))
    return circle.post("/v1/verstrekkingen", body, key=circle.members[name].key)


def put_in_force(circle: Circle, *wanted: str, way: str = "automatic") -> None:
    """The circle has these purposes, and each of them is assessed."""
    disclosure = msgspec.structs.replace(circle.section().disclosure, context=way)
    circle.accept(circle.section(purposes=wanted, disclosure=disclosure))
    circle.assess(exchanges=tuple(FACTS[one] for one in wanted), reason=f"Voor {wanted}.")


def refusals() -> list[tuple[str, list[str]]]:
    return list(Event.objects.filter(outcome="refused").order_by("pk").values_list("ground", "articles"))


@pytest.mark.parametrize(("shared", "asked"), list(itertools.product(BOUND, BOUND)))
def test_each_pair_of_purposes_in_a_circle_of_one(circle: Circle, shared: str, asked: str) -> None:
    put_in_force(circle, shared)
    circle.publish("bank")
    answer = ask(circle, asked)
    if asked == shared:
        assert len(answer.json()["signals"]) == 1
        return
    told = answer.json()
    assert (answer.status_code, told["code"], told["ground"], told["articles"]) == (
        403, "geen-grondslag", "doel-past-niet", ARTICLE,
    )  # fmt: skip
    assert told["instead"]
    assert refusals() == [("doel-past-niet", ARTICLE)]
    assert Disclosure.objects.count() == 0


@pytest.mark.parametrize(("shared", "later"), list(itertools.permutations(BOUND, 2)))
def test_a_purpose_that_a_circle_gets_later_does_not_reach_back(circle: Circle, shared: str, later: str) -> None:
    """The circle may do both by now, and both are assessed: what was shared before stays bound, what is shared after is not."""
    put_in_force(circle, shared)
    circle.publish("bank")
    put_in_force(circle, shared, later)
    circle.publish("bank", circle.signal("bank", Draft(iban=OTHER_IBAN)))
    old, new = ask(circle, later).json(), ask(circle, later, iban=OTHER_IBAN).json()
    assert old["signals"] == []
    assert [(one["reason"], one["articles"]) for one in old["refused"]] == [("doel-past-niet", ARTICLE)]
    assert refusals() == [("doel-past-niet", ARTICLE)]
    assert (len(new["signals"]), new["refused"]) == (1, [])
    assert len(ask(circle, shared).json()["signals"]) == 1


def test_of_two_signals_on_one_identifier_each_is_opened_for_its_own_purposes(circle: Circle) -> None:
    put_in_force(circle, PREVENTION)
    circle.publish("bank")
    put_in_force(circle, PREVENTION, VICTIM_HELP)
    circle.publish("carrier")
    told = ask(circle, VICTIM_HELP).json()
    ids = {bytes(row.publisher): bytes(row.signal_id) for row in Signal.objects.all()}
    assert [make.octets_of(one["id"]) for one in told["signals"]] == [ids[circle.members["carrier"].id]]
    assert [make.octets_of(one["id"]) for one in told["refused"]] == [ids[circle.members["bank"].id]]


def test_a_publisher_is_not_even_asked_for_another_purpose(circle: Circle) -> None:
    put_in_force(circle, PREVENTION, way="approval")
    circle.publish("bank")
    put_in_force(circle, PREVENTION, INVESTIGATION, way="approval")
    told = ask(circle, INVESTIGATION).json()
    assert (told["pending"], [one["reason"] for one in told["refused"]]) == ([], ["doel-past-niet"])
    assert not Approval.objects.exists()
    assert "verstrekking-gevraagd" not in [one.kind for one in circle.notices("bank")]


def test_a_new_revision_stays_bound_to_the_first_purposes(circle: Circle) -> None:
    put_in_force(circle, PREVENTION)
    first = circle.signal("bank")
    circle.publish("bank", first)
    put_in_force(circle, PREVENTION, INVESTIGATION)
    circle.publish("bank", circle.signal("bank", Draft(revision=2, signal_id=first.header[16:32])))
    assert Signal.objects.get().purposes == purposes.mask([PREVENTION])
    assert ask(circle, INVESTIGATION).json()["signals"] == []


def test_a_purpose_in_the_policy_file_that_nobody_assessed_opens_nothing(circle: Circle) -> None:
    put_in_force(circle, PREVENTION)
    circle.accept(circle.section(purposes=(PREVENTION, INVESTIGATION)))
    circle.publish("bank")
    assert Signal.objects.get().purposes == purposes.mask([PREVENTION, INVESTIGATION])
    told = ask(circle, INVESTIGATION).json()
    assert (told["code"], told["ground"], told["articles"]) == ("geen-grondslag", "doel-past-niet", ARTICLE)
    assert len(ask(circle, PREVENTION).json()["signals"]) == 1


def test_a_purpose_that_leaves_the_circle_shuts_what_was_agreed_to_before(circle: Circle) -> None:
    put_in_force(circle, PREVENTION, VICTIM_HELP, way="approval")
    circle.publish("bank")
    told = ask(circle, VICTIM_HELP).json()
    request = make.hexed(told["request"])
    put_in_force(circle, PREVENTION, way="approval")
    answer = make.call("GET", f"/v1/verstrekkingen/{request}", key=circle.members["shop"].key)
    assert (answer.status_code, answer.json()["ground"]) == (403, "doel-past-niet")
