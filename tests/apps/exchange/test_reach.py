"""Who confirmed a correction: by sector, for desk and dispute body only; who did not is asked again, once a day."""

from __future__ import annotations

from typing import Any

import make
import pytest
from apps.exchange.test_disputes import PATH, clearing, decide, dispute
from hub_fixtures import Server
from make import DAY, Circle

from sluis.apps.exchange import services
from sluis.core.exchange import documents, notices
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.notices import Cursor
from sluis.plumbing.models import Event
from sluis.wire import clock


@pytest.fixture
def court(database: Server) -> Circle:
    """A desk opens, a body decides, a shop got the context of a bank's signal."""
    circle = Circle("bank", "shop", "carrier", "desk", "body")
    rights = {"desk": ("dispute",), "body": ("dispute", "decide")}
    members = [circle.member(name, uses=rights.get(name, ("publish", "check"))) for name in circle.members]
    circle.arrive(circle.section(members=tuple(members)))
    circle.publish("bank")
    circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key)
    return circle


def reach(circle: Circle, opened: Any, name: str = "desk") -> Any:
    return make.call("GET", f"{PATH}/{make.hexed(opened.json()['id'])}/bereik", key=circle.members[name].key)


def confirm(circle: Circle, name: str) -> None:
    party, stream = circle.members[name], notices.stream_of(circle.members[name].id)
    last = Event.objects.filter(stream=stream).order_by("-sequence").values_list("sequence", flat=True)[0]
    told = Cursor(v=1, party=party.id, sequence=last, stream=stream, time=clock.now())
    signed: Signed = documents.sign(notices.LABEL, told, [party.key])
    assert circle.post("/v1/ontvangstbewijzen", {"payload": signed.payload, "signatures": signed.signatures}, key=party.key)
    services.keep_cursor(signed, key=party.public)


def test_who_got_the_context_confirms_by_its_own_cursor(court: Circle) -> None:
    opened = dispute(court)
    decide(court, opened, outcome="gegrond", clearing=clearing(court))
    assert reach(court, opened).json() == {"confirmed": 0, "receivers": 1, "waiting": {"bank": 1}}
    confirm(court, "shop")
    assert reach(court, opened, "body").json() == {"confirmed": 1, "receivers": 1, "waiting": {}}


def test_a_cursor_from_before_the_decision_confirms_nothing_of_it(court: Circle) -> None:
    opened = dispute(court)
    confirm(court, "shop")
    assert reach(court, opened).json()["waiting"] == {}
    decide(court, opened, outcome="ongegrond")
    assert reach(court, opened).json()["waiting"] == {"bank": 1}


@pytest.mark.parametrize("name", ["bank", "shop", "carrier"])
def test_nobody_else_learns_how_far_it_got_not_even_that_it_is_there(court: Circle, name: str) -> None:
    refused = reach(court, dispute(court), name)
    assert (refused.status_code, refused.json()["code"]) == (404, "onbekende-betwisting")


def test_who_does_not_confirm_is_asked_again_once_a_day(court: Circle, later: Any) -> None:
    decide(court, dispute(court), outcome="gegrond", clearing=clearing(court))
    before = len(court.notices("shop"))
    assert services.ask_again() == 0
    later(DAY)
    assert (services.ask_again(), services.ask_again()) == (1, 0)
    again = court.notices("shop")
    assert len(again) == before + 1
    assert (again[-1].kind, again[-1].outcome, again[-1].signal) == ("gecorrigeerd", "gegrond", again[-2].signal)
    confirm(court, "shop")
    later(2 * DAY)
    assert services.ask_again() == 0
