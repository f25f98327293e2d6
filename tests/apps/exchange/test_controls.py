"""The page of audits: a member sees itself, the auditor every member, nobody an identifier; constant queries."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make import DAY, Circle
from make_people import reader, shown

from sluis.apps.audit import services as audit
from sluis.apps.audit.models import Sample
from sluis.core.exchange import draws
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.draws import Outcome

PATH = "/controles"


@pytest.fixture
def audited(database: Server, later: Callable[[int], None]) -> Circle:
    """A circle with an auditor; 21 days passed in which the bank asked much on the last."""
    del database
    circle = Circle("bank", "shop", "auditor")
    rights = {"auditor": (draws.RIGHT,)}
    members = [
        circle.member(name, uses=rights.get(name, ("publish", "check")), until=circle.now + 365 * DAY)
        for name in circle.members
    ]
    circle.arrive(circle.lasting(members=tuple(members)))
    for day in range(1, 21):
        asked(circle, "bank", 40 + day % 5 if day < 20 else 417, day=day)
    later(21 * DAY)
    circle.accept(circle.lasting(members=tuple(members)))
    return circle


def asked(circle: Circle, name: str, amount: int, *, day: int) -> None:
    time = (circle.now // DAY + day) * DAY + 3_600
    octets = day.to_bytes(2, "big") * 8
    line = LogLine(octets, octets * 2, circle.record.id, amount, circle.members[name].id, octets * 2, time, 2)
    audit.keep_holder_lines(1, [line], witness=circle.holders[0].id)


def sample(circle: Circle, name: str, outcome: str, position: int) -> None:
    day = circle.now // DAY + 19
    of = {"circle": circle.id, "day": day, "member": circle.members[name].id, "position": position}
    octets = {"digest": bytes(32), "batch": bytes(16), "key": circle.record.id, "root": bytes(32)}
    Sample.objects.create(m=9, use=2, until=circle.now + 40 * DAY, outcome=outcome, **of, **octets)


def test_the_auditor_sees_every_member_and_what_stands_out(audited: Circle) -> None:
    for position, outcome in enumerate((Outcome.PROVED, Outcome.PROVED, Outcome.LATE, "")):
        sample(audited, "bank", str(outcome), position)
    page = shown(reader(audited, "auditor"), PATH)
    assert "U controleert deze uitwisselkring" in page
    assert page.count('<th scope="row"') == 2
    assert ">417</td>" in page
    assert "meer dan gebruikelijk op" in page
    row = page[page.index('<th scope="row" class="utrecht-table__cell">bank') :]
    assert [f">{n}</td>" in row[: row.index("</tr>")] for n in (2, 1)] == [True, True]


def test_a_member_sees_itself_and_no_other(audited: Circle) -> None:
    sample(audited, "bank", Outcome.NO_CASE, 1)
    page = shown(reader(audited, "shop"), PATH)
    assert "Alleen uw eigen organisatie" in page
    assert page.count('<th scope="row"') == 1
    assert "417" not in page
    assert "meer dan gebruikelijk" not in page
    assert "nog te weinig dagen" in page


def test_who_does_not_sign_in_is_sent_to_do_so(audited: Circle) -> None:
    from django.test import Client

    answer = Client().get(PATH)
    assert answer.status_code == 302
    assert "controles" in answer["location"]


def test_more_members_take_no_more_queries(audited: Circle) -> None:
    client = reader(audited, "auditor")
    counts = []
    plain = audited.member("shop")
    others = [msgspec.structs.replace(plain, id=bytes([i]) * 16, key=bytes([i]) * 32, name=f"m{i}") for i in range(1, 9)]
    for more in ([], others):
        members = tuple(one for one in audited.lasting().members if one.name != "auditor")
        me = audited.member("auditor", uses=(draws.RIGHT,), until=audited.now + 365 * DAY)
        audited.accept(audited.lasting(members=(*members, me, *more)))
        shown(client, PATH)
        with CaptureQueriesContext(connection) as captured:
            page = shown(client, PATH)
        counts.append(len(captured))
        assert page.count('<th scope="row"') == 2 + len(more)
    assert counts[0] == counts[1]
