"""The log: leaves that fit their events, refusals that survive, holders' lines."""

from __future__ import annotations

import secrets

import make
import msgspec
import pytest
from django.db import transaction
from make import Circle

from sluis.apps.audit import selectors, services
from sluis.apps.audit.models import Event, HolderLine, Leaf
from sluis.apps.audit.services import Happening
from sluis.core import errors
from sluis.core.exchange.encodings import label, sha256


def test_every_leaf_is_the_hash_of_salt_and_event(circle: Circle) -> None:
    circle.publish("bank")
    events = Event.objects.select_related("leaf").all()
    assert len(events) == Leaf.objects.count() >= 4
    for one in events:
        assert bytes(one.leaf.leaf) == sha256(label("leaf"), bytes(one.salt), bytes(one.event))
        told = msgspec.json.decode(bytes(one.event))
        assert (told["activity"], told["outcome"], told["amount"]) == (one.activity, one.outcome, one.amount)


def test_a_refusal_stays_when_the_call_is_rolled_back(circle: Circle) -> None:
    def refused_halfway() -> None:
        with services.recorded_refusals(Happening("delen", circle.id)), transaction.atomic():
            services.record(Happening("delen", circle.id))
            raise errors.NotAllowed("No.")

    with pytest.raises(errors.NotAllowed):
        refused_halfway()
    assert list(Event.objects.filter(activity="delen").values_list("outcome", flat=True)) == ["refused"]


def test_the_tally_counts_calls_and_identifiers(circle: Circle) -> None:
    circle.publish("bank", *[circle.signal("bank", output=make.random_output()) for _ in range(3)])
    circle.publish("shop")
    with pytest.raises(errors.NotAllowed), services.recorded_refusals(Happening("delen", circle.id)):
        raise errors.NotAllowed("No.")
    tally = selectors.tally(circle.id, since=0)
    assert [(one.activity, one.calls, one.amount) for one in tally.passed if one.activity == "delen"] == [("delen", 2, 4)]
    assert [(one.activity, one.ground, one.calls) for one in tally.refused] == [("delen", "geen-recht", 1)]


def line() -> dict[str, object]:
    return {
        "batch": secrets.token_bytes(16),
        "digest": secrets.token_bytes(32),
        "key": secrets.token_bytes(16),
        "m": 7,
        "member": secrets.token_bytes(16),
        "root": secrets.token_bytes(32),
        "time": 1,
        "use": 2,
    }


def test_a_holders_lines_are_kept_once(circle: Circle) -> None:
    body = msgspec.json.encode({"lines": [line(), line()]})
    for _ in range(2):
        answer = make.call("POST", "/v1/sleutelhouders/logregels", body, key=circle.holders[1].key)
        assert (answer.status_code, answer.json()["stored"]) == (200, 2)
    assert list(HolderLine.objects.values_list("holder", flat=True)) == [2, 2]
    assert selectors.evaluations(since=0) == 14


def test_nobody_else_hands_in_lines(circle: Circle) -> None:
    body = msgspec.json.encode({"lines": [line()]})
    for party in (circle.members["bank"], circle.edge, make.Party()):
        assert make.call("POST", "/v1/sleutelhouders/logregels", body, key=party.key).status_code == 403
    assert HolderLine.objects.count() == 0
