"""What one organisation gave and got: its own counts, told no sooner than its notices, and never who else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import make
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make import DAY, OTHER_IBAN, Circle, Draft
from make_people import holder_line, reader, shown

from sluis.apps.audit import services as log
from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.selectors import Balance, Gave, Got
from sluis.core.exchange import policy
from sluis.core.exchange.rights import FeedbackRequest, WithdrawRequest
from sluis.core.exchange.signal import Header
from sluis.core.exchange.words import Kind, Use

Later = Callable[[int], None]
CHECKED = {"person": "balie", "control": "bankafschrift"}
EMPTY = Balance(Gave(), Got())


@pytest.fixture
def court(database: Server) -> Circle:
    """A circle with a desk that opens disputes and a body that decides them."""
    circle = Circle("bank", "shop", "carrier", "desk", "body")
    rights = {"desk": ("dispute",), "body": ("dispute", "decide")}
    members = [circle.member(name, uses=rights.get(name, ("publish", "check"))) for name in circle.members]
    circle.arrive(circle.section(members=tuple(members)))
    return circle


def of(circle: Circle, name: str = "bank") -> Balance:
    return selectors.balances(circle.members[name].id, [circle.id])[circle.id]


def feedback(circle: Circle, name: str, measure: Any = "levering-gestopt", within: Any = "1u") -> None:
    body = circle.shown(measure=measure, within=within)
    services.give_feedback(FeedbackRequest(**body), key=circle.members[name].public)


def test_nothing_happened_is_nothing_counted(circle: Circle) -> None:
    circle.publish("shop")
    assert of(circle) == EMPTY
    assert "Nog niets." in shown(reader(circle), "/kringen/proeftuin/opbrengst")


def test_own_signals_are_counted_alive_withdrawn_and_expired(circle: Circle, later: Later) -> None:
    today = circle.now // DAY
    first, second = circle.signal("bank"), circle.signal("bank", Draft(iban=OTHER_IBAN, expires=today + 2))
    third = circle.signal("bank", output=make.random_output())
    circle.publish("bank", first, second, third)
    circle.publish("shop")
    assert (of(circle).gave.shared, of(circle).gave.alive) == (3, 3)
    taken = WithdrawRequest(reason="vergissing", signals=(circle_id(first),))
    services.withdraw(circle.id, taken, key=circle.members["bank"].public)
    later(4 * DAY)
    services.expire_signals()
    gave = of(circle).gave
    assert (gave.shared, gave.alive, gave.withdrawn, gave.expired) == (3, 1, 1, 1)


def circle_id(published: Any) -> bytes:
    return Header.parse(published.header).signal_id


def test_a_publisher_learns_a_day_later_what_its_signals_led_to(circle: Circle, later: Later) -> None:
    circle.publish("bank")
    feedback(circle, "shop", "levering-gestopt", "15m")
    feedback(circle, "carrier", "klant-gewaarschuwd", "1d")
    assert of(circle).gave.helped.total == 0
    assert of(circle, "shop").got.led.measures == {"levering-gestopt": 1}
    assert "hielp een ander" not in shown(reader(circle), "/kringen/proeftuin").replace("hielpen een ander", "")
    later(DAY)
    services.tell_feedback()
    helped = of(circle).gave.helped
    assert (helped.total, helped.measures) == (1, {"levering-gestopt": 1, "klant-gewaarschuwd": 1})
    assert helped.within == {"15m": 1, "1d": 1}
    assert of(circle, "shop").gave.helped.total == 0


def test_a_hit_that_turned_out_wrong_is_no_help(circle: Circle, later: Later) -> None:
    circle.publish("bank")
    feedback(circle, "shop", "bleek-onterecht")
    feedback(circle, "carrier", "geen-maatregel")
    later(DAY)
    services.tell_feedback()
    helped = of(circle).gave.helped
    assert (helped.total, helped.wrong, helped.measures) == (0, 1, {"bleek-onterecht": 1, "geen-maatregel": 1})
    assert (of(circle, "shop").got.led.total, of(circle, "shop").got.led.wrong) == (0, 1)
    page = shown(reader(circle, "shop"), "/kringen/proeftuin/opbrengst")
    assert "treffer bleek onterecht" in page


def test_disputes_are_those_one_was_told_of(court: Circle) -> None:
    court.publish("bank")
    path = "/v1/betwistingen"
    body = court.shown(ground="naamgenoot", verified=CHECKED)
    opened = court.post(path, body, key=court.members["desk"].key)
    # Who shares on a disputed identifier was told nothing of the dispute, and learns it here no sooner.
    court.publish("shop")
    assert (of(court).gave.disputed, of(court, "shop").gave.disputed) == (1, 0)
    clearing = court.signal("body", Draft(kind=Kind.CLEARED, form=0))
    decision = {"outcome": "gegrond", "clearing": clearing}
    answer = court.post(f"{path}/{make.hexed(opened.json()['id'])}/besluiten", decision, key=court.members["body"].key)
    assert answer.status_code == 200, answer.content
    assert (of(court).gave.disputed, of(court).gave.upheld, of(court).gave.rejected) == (1, 1, 0)
    assert "betwist, waarvan 1 gegrond" in shown(reader(court), "/kringen/proeftuin/opbrengst")


def test_a_context_one_got_that_was_found_wrong_counts_as_wrong(court: Circle) -> None:
    court.publish("bank")
    assert court.post("/v1/verstrekkingen", court.disclosure(), key=court.members["shop"].key).status_code == 200
    opened = court.post("/v1/betwistingen", court.shown(ground="naamgenoot", verified=CHECKED), key=court.members["desk"].key)
    clearing = court.signal("body", Draft(kind=Kind.CLEARED, form=0))
    path = f"/v1/betwistingen/{make.hexed(opened.json()['id'])}/besluiten"
    court.post(path, {"outcome": "gegrond", "clearing": clearing}, key=court.members["body"].key)
    got = of(court, "shop").got
    assert (got.disclosures, got.contexts, got.upheld) == (1, 1, 1)
    assert of(court, "carrier") == EMPTY


def test_disclosures_count_for_who_asked_and_not_for_who_shared(circle: Circle) -> None:
    circle.publish("bank")
    circle.publish("carrier")
    for _ in range(2):
        assert circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key).status_code == 200
    assert (of(circle, "shop").got.disclosures, of(circle, "shop").got.contexts) == (2, 4)
    gave = of(circle).gave
    assert (gave.shared, gave.alive, gave.asked, gave.helped.total) == (1, 1, {}, 0)


def test_what_one_was_asked_is_counted_by_answer(database: Server) -> None:
    circle = Circle()
    circle.arrive(circle.section(disclosure=policy.Disclosure(context="approval", publisher="approval")))
    circle.publish("bank")
    asked = circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key).json()
    assert of(circle).gave.asked == {"gevraagd": 1}
    body = {"decision": "weigeren", "signal": asked["pending"][0]["id"]}
    path = f"/v1/verstrekkingen/{make.hexed(asked['request'])}/besluiten"
    assert circle.post(path, body, key=circle.members["bank"].key).status_code == 200
    assert of(circle).gave.asked == {"geweigerd": 1}
    assert of(circle, "shop").gave.asked == {}


def test_a_request_that_three_holders_evaluated_counts_once(circle: Circle) -> None:
    digest = secrets.token_bytes(32)
    for holder in (1, 2, 3):
        told = [
            holder_line(circle, "bank", digest=digest),
            holder_line(circle, "shop", m=99),
            holder_line(circle, "bank", use=Use.PUBLISH, m=500),
        ]
        log.keep_holder_lines(holder, told if holder == 1 else told[:1], witness=circle.holders[holder - 1].id)
    log.keep_holder_lines(2, [holder_line(circle, "bank", m=5)], witness=circle.holders[1].id)
    assert (of(circle).got.asked, of(circle, "shop").got.asked) == (12, 99)


def test_a_stranger_reads_no_balance_and_circles_are_not_added_up(circle: Circle) -> None:
    circle.publish("bank")
    client = reader(circle)
    assert client.get("/kringen/andere-kring/opbrengst").status_code == 404
    page = shown(client, "/opbrengst")
    assert "Kring proeftuin" in page
    assert "Kringen worden niet opgeteld" in page
    assert "niet opgeteld" not in shown(client, "/kringen/proeftuin/opbrengst")


def test_the_page_names_nobody_and_no_identifier(court: Circle, later: Later) -> None:
    court.publish("bank")
    feedback(court, "shop")
    later(DAY)
    services.tell_feedback()
    page = shown(reader(court), "/kringen/proeftuin/opbrengst")
    for secret in ("shop", "carrier", make.IBAN, court.tag().hex()):
        assert secret not in page
    assert "Treffers staan hier niet." in page


def test_ten_circles_take_no_more_queries_than_one(circle: Circle) -> None:
    counts = []
    of(circle)  # The first call also reads the snapshot, which is then kept in memory.
    for number in (1, 10):
        with CaptureQueriesContext(connection) as captured:
            selectors.balances(circle.members["bank"].id, [circle.id, *(secrets.token_bytes(16) for _ in range(number - 1))])
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 16, counts
