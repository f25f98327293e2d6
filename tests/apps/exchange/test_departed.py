"""Who left takes its signals along: nothing of it gives a hit any more, others keep theirs, and a run again finds nothing."""

from __future__ import annotations

import sys

import make
import pytest
from make import Circle, Draft

from sluis.apps.exchange import services
from sluis.apps.exchange.models import Signal
from sluis.apps.partners.models import Organisation
from sluis.core.exchange import signal
from sluis.wire import clock


def leave(circle: Circle, name: str) -> None:
    Organisation.objects.filter(id=circle.members[name].id).update(left=clock.now())


def publishers() -> set[bytes]:
    return {bytes(one) for one in Signal.objects.values_list("publisher", flat=True)}


def test_the_signals_of_who_left_are_withdrawn_and_those_of_others_stay(circle: Circle) -> None:
    circle.publish("bank", circle.signal("bank"), circle.signal("bank", Draft(iban=make.OTHER_IBAN)))
    circle.publish("shop")
    assert services.withdraw_departed() == 0
    leave(circle, "bank")
    assert services.withdraw_departed() == 2
    assert publishers() == {circle.members["shop"].id}
    removed = [one for one in circle.seen() if one.op == signal.OP_REMOVE]
    assert {one.tag for one in removed} == {circle.tag(make.OTHER_IBAN)}
    assert services.withdraw_departed() == 0


def test_who_got_a_context_of_it_hears_that_it_was_withdrawn(circle: Circle) -> None:
    circle.publish("bank")
    assert circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key).status_code == 200
    leave(circle, "bank")
    services.withdraw_departed()
    assert [(one.kind, one.outcome) for one in circle.notices("shop")][-1] == ("gecorrigeerd", "ingetrokken")


def test_it_goes_on_in_as_many_calls_as_it_takes(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    circle.publish("bank", circle.signal("bank"), circle.signal("bank", Draft(iban=make.OTHER_IBAN)))
    monkeypatch.setattr(sys.modules["sluis.apps.exchange.services.withdraw"], "MAX_WITHDRAWN", 1)
    leave(circle, "bank")
    assert services.withdraw_departed() == 2
    assert publishers() == set()
