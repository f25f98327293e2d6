"""Disputes: out at once, decided by another, cleared for good, and everybody concerned hears it."""

from __future__ import annotations

import secrets
from typing import Any

import make
import pytest
from hub_fixtures import Server
from make import DAY, Circle, Draft

from sluis.apps.exchange.models import Dispute, Signal
from sluis.core.exchange.rights import DECIDE_WITHIN
from sluis.core.exchange.signal import OP_REMOVE, OP_SET
from sluis.core.exchange.words import Kind

PATH = "/v1/betwistingen"
CHECKED = {"person": "balie", "control": "bankafschrift"}


@pytest.fixture
def court(database: Server) -> Circle:
    """A circle with a desk that opens disputes and a body that decides them."""
    circle = Circle("bank", "shop", "carrier", "desk", "body")
    rights = {"desk": ("dispute",), "body": ("dispute", "decide")}
    members = [circle.member(name, uses=rights.get(name, ("publish", "check"))) for name in circle.members]
    circle.arrive(circle.section(members=tuple(members)))
    return circle


def dispute(circle: Circle, name: str = "desk", **more: Any) -> Any:
    body = circle.shown(**{"ground": "naamgenoot", "verified": CHECKED, **more})
    return circle.post(PATH, body, key=circle.members[name].key)


def decide(circle: Circle, opened: Any, *, name: str = "body", **body: Any) -> Any:
    return circle.post(f"{PATH}/{make.hexed(opened.json()['id'])}/besluiten", body, key=circle.members[name].key)


def clearing(circle: Circle, **more: Any) -> Any:
    return circle.signal("body", Draft(kind=Kind.CLEARED, form=0, **more))


def ops(circle: Circle) -> list[int]:
    return [entry.op for entry in circle.seen()]


def test_an_open_dispute_takes_the_entry_out_at_once_and_tells_the_publishers(court: Circle) -> None:
    court.publish("bank")
    court.publish("shop")
    opened = dispute(court)
    assert opened.status_code == 201, opened.content
    assert opened.json()["state"] == "open"
    assert ops(court) == [OP_SET, OP_SET, OP_REMOVE]
    for name in ("bank", "shop"):
        (notice,) = court.notices(name)
        assert (notice.kind, notice.outcome) == ("betwisting-geopend", "naamgenoot")
        assert notice.until == Dispute.objects.get().opened + DECIDE_WITHIN
        assert notice.signal == bytes(Signal.objects.get(publisher=court.members[name].id).signal_id)
    assert court.notices("carrier") == []
    (waits,) = court.notices("body")
    assert (waits.kind, waits.outcome, waits.signal) == ("betwisting-geopend", "naamgenoot", b"")


def test_the_same_dispute_again_is_the_one_that_is_open(court: Circle) -> None:
    court.publish("bank")
    assert dispute(court).json() == dispute(court).json()
    assert len(court.notices("bank")) == 1


def test_a_disputed_context_stays_shut(court: Circle) -> None:
    court.publish("bank")
    dispute(court)
    answer = court.post("/v1/verstrekkingen", court.disclosure(), key=court.members["shop"].key).json()
    assert answer["signals"] == []
    assert [one["reason"] for one in answer["refused"]] == ["betwist"]


def test_what_is_published_on_a_disputed_tag_is_not_seen(court: Circle) -> None:
    court.publish("bank")
    dispute(court)
    court.publish("carrier")
    assert ops(court) == [OP_SET, OP_REMOVE]


def test_ongegrond_puts_the_entry_back(court: Circle) -> None:
    court.publish("bank")
    opened = dispute(court)
    answer = decide(court, opened, outcome="ongegrond")
    assert answer.json()["state"] == "ongegrond", answer.content
    assert ops(court) == [OP_SET, OP_REMOVE, OP_SET]
    assert [one.kind for one in court.notices("bank")] == ["betwisting-geopend", "betwisting-besloten"]
    assert [one.kind for one in court.notices("desk")] == ["betwisting-besloten"]


def test_gegrond_erases_the_signals_and_keeps_the_tag_out(court: Circle) -> None:
    court.publish("bank")
    opened = dispute(court)
    assert decide(court, opened, outcome="gegrond", clearing=clearing(court)).status_code == 200
    assert [bytes(row.publisher) for row in Signal.objects.all()] == [court.members["body"].id]
    court.publish("shop")
    assert ops(court) == [OP_SET, OP_REMOVE]


def test_gegrond_without_the_word_cleared_on_this_tag_decides_nothing(court: Circle) -> None:
    court.publish("bank")
    opened = dispute(court)
    assert decide(court, opened, outcome="gegrond").json()["code"] == "geen-vrijgave"
    other = clearing(court, iban=make.OTHER_IBAN)
    assert decide(court, opened, outcome="gegrond", clearing=other).json()["code"] == "ander-kenmerk"
    assert Dispute.objects.get().state == "open"


def test_a_decision_stands(court: Circle) -> None:
    court.publish("bank")
    opened = dispute(court)
    decide(court, opened, outcome="ongegrond")
    assert decide(court, opened, outcome="ongegrond").status_code == 200
    assert decide(court, opened, outcome="gegrond").json()["code"] == "al-besloten"


def test_only_the_dispute_body_decides_and_never_its_own(court: Circle) -> None:
    court.publish("bank")
    opened = dispute(court)
    assert decide(court, opened, name="bank", outcome="ongegrond").status_code == 403
    assert decide(court, opened, name="desk", outcome="ongegrond").status_code == 403
    own = dispute(court, "body", voucher=court.voucher(make.OTHER_IBAN))
    assert own.status_code == 404
    court.publish("bank", court.signal("bank", Draft(iban=make.OTHER_IBAN)))
    own = dispute(court, "body", voucher=court.voucher(make.OTHER_IBAN))
    assert decide(court, own, outcome="ongegrond").json()["code"] == "eigen-betwisting"


def test_nobody_clears_a_tag_by_publishing(court: Circle) -> None:
    answer = court.post(court.path(), {"signals": [clearing_of(court, "bank")]}, key=court.members["bank"].key)
    assert [one["code"] for one in answer.json()["errors"]] == ["soort-signaal", "onbekende-vorm"]


def clearing_of(circle: Circle, name: str) -> Any:
    return circle.signal(name, Draft(kind=Kind.CLEARED, form=0))


def test_without_the_right_or_a_signal_there_is_no_dispute(court: Circle) -> None:
    assert dispute(court).json()["code"] == "geen-signaal"
    court.publish("bank")
    assert dispute(court, "shop").json()["ground"] == "gebruik-niet-toegekend"
    assert dispute(court, voucher=secrets.token_bytes(32)).json()["code"] == "geen-signaal"
    assert dispute(court, verified={"person": "zegt hij zelf", "control": "bankafschrift"}).status_code == 400
    assert ops(court) == [OP_SET]


def test_a_dispute_is_possible_when_the_circle_has_no_basis_any_more(court: Circle) -> None:
    court.publish("bank")
    court.accept(court.section(assessment=None, members=tuple(court.rights_kept())))
    assert dispute(court).status_code == 201


def test_who_got_the_context_hears_that_it_is_disputed_and_how_it_ended(court: Circle) -> None:
    court.publish("bank")
    court.post("/v1/verstrekkingen", court.disclosure(), key=court.members["shop"].key)
    opened = dispute(court)
    decide(court, opened, outcome="gegrond", clearing=clearing(court))
    assert [(one.kind, one.outcome) for one in court.notices("shop")] == [
        ("gecorrigeerd", "betwist"),
        ("gecorrigeerd", "gegrond"),
    ]
    assert court.notices("carrier") == []


def test_an_undecided_dispute_stays_open_past_its_term(court: Circle, later: Any) -> None:
    court.publish("bank")
    dispute(court)
    later(DECIDE_WITHIN - 8 * DAY)
    court.accept()
    assert Dispute.objects.get().state == "open"
    assert ops(court) == [OP_SET, OP_REMOVE]


def test_what_is_shared_after_the_clearing_opens_for_nobody(court: Circle) -> None:
    court.publish("bank")
    decide(court, dispute(court), outcome="gegrond", clearing=clearing(court))
    court.publish("shop")
    for path, body in (("/v1/verstrekkingen", court.disclosure()), ("/v1/terugkoppelingen", measure(court))):
        answer = court.post(path, body, key=court.members["carrier"].key)
        assert (answer.status_code, answer.json()["code"]) == (404, "geen-signaal")


def measure(circle: Circle) -> Any:
    return circle.shown(measure="betaling-geweigerd", within="1u")
