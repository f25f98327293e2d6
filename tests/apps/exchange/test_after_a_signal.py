"""Withdrawal, feedback, access and receipts at the hub."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import make
import pytest
from django.db import connection, connections
from hub_fixtures import Server
from make import DAY, Circle, Draft

from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.models import Feedback, Receipt, Removal, Signal
from sluis.core.exchange import documents
from sluis.core.exchange.notices import Cursor
from sluis.core.exchange.rights import ANSWER_WITHIN
from sluis.core.exchange.signal import OP_REMOVE, OP_SET

CHECKED = {"person": "eidas-hoog", "control": "terugboeking"}


def withdraw(circle: Circle, name: str, *ids: bytes) -> Any:
    path = f"/v1/kringen/{circle.id.hex()}/intrekkingen"
    return circle.post(path, {"reason": "onjuist", "signals": list(ids)}, key=circle.members[name].key)


def states(answer: Any) -> list[str]:
    return [one["state"] for one in answer.json()["signals"]]


def test_a_withdrawn_signal_is_gone_with_its_share_and_its_entry(circle: Circle) -> None:
    published = circle.signal("bank")
    circle.publish("bank", published)
    circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key)
    assert states(withdraw(circle, "bank", published.header[16:32])) == ["withdrawn"]
    assert not Signal.objects.exists()
    assert [entry.op for entry in circle.seen()] == [OP_SET, OP_REMOVE]
    assert [(one.kind, one.outcome, one.signal) for one in circle.notices("shop")] == [
        ("gecorrigeerd", "ingetrokken", published.header[16:32])
    ]
    assert states(withdraw(circle, "bank", published.header[16:32])) == ["gone"]


def test_nobody_withdraws_anothers_signal(circle: Circle) -> None:
    published = circle.signal("bank")
    circle.publish("bank", published)
    assert states(withdraw(circle, "shop", published.header[16:32])) == ["gone"]
    assert Signal.objects.exists()


def test_taking_back_needs_no_basis(circle: Circle) -> None:
    published = circle.signal("bank")
    circle.publish("bank", published)
    circle.accept(circle.section(until=circle.now, assessment=None))
    assert states(withdraw(circle, "bank", published.header[16:32])) == ["withdrawn"]


@pytest.mark.parametrize("many", [0, 1001])
def test_a_call_withdraws_one_to_a_thousand(circle: Circle, many: int) -> None:
    assert withdraw(circle, "bank", *[bytes(16)] * many).json()["code"] == "partijgrootte"


def test_a_revision_is_told_to_who_got_the_context(circle: Circle) -> None:
    first = circle.signal("bank")
    circle.publish("bank", first)
    circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key)
    circle.publish("bank", circle.signal("bank", Draft(revision=2, signal_id=first.header[16:32])))
    assert [one.outcome for one in circle.notices("shop")] == ["herzien"]


def feedback(circle: Circle, name: str, **more: Any) -> Any:
    body = circle.shown(**{"measure": "levering-gestopt", "within": "1u", **more})
    return circle.post("/v1/terugkoppelingen", body, key=circle.members[name].key)


def test_publishers_hear_the_day_after_what_a_hit_led_to_and_not_from_whom(
    circle: Circle, later: Callable[[int], None]
) -> None:
    circle.publish("bank")
    circle.publish("shop")
    assert feedback(circle, "carrier").json() == {"signals": 2}
    assert services.tell_feedback() == 0
    later(DAY)
    assert services.tell_feedback() == 2
    assert services.tell_feedback() == 0
    for name in ("bank", "shop"):
        (notice,) = circle.notices(name)
        assert notice.counts == {"levering-gestopt": 1, "1u": 1}
        assert circle.members["carrier"].id not in make.octets(notice)


def test_feedback_counts_once_and_needs_a_signal_of_another(circle: Circle) -> None:
    assert feedback(circle, "shop").json()["code"] == "geen-signaal"
    circle.publish("bank")
    assert feedback(circle, "bank").json()["code"] == "geen-signaal"
    feedback(circle, "shop")
    feedback(circle, "shop")
    assert [row.measure for row in Feedback.objects.all()] == ["levering-gestopt"]
    assert feedback(circle, "shop", measure="opgepakt").status_code == 400


def helped(circle: Circle) -> dict[str, int]:
    """What the bank's own page, and the circle's, count of its signal."""
    section, bank = circle.section().circle, circle.members["bank"].id
    own = selectors.balances(bank, [section])[section].gave.helped.measures
    assert selectors.effects(section, since=0).measures == own
    return own


def test_a_measure_that_turns_out_wrong_is_told_too_and_the_last_word_counts(
    circle: Circle, later: Callable[[int], None]
) -> None:
    circle.publish("bank")
    feedback(circle, "shop")
    later(DAY)
    services.tell_feedback()
    told = helped(circle)
    feedback(circle, "shop", measure="bleek-onterecht")
    assert [row.measure for row in Feedback.objects.all()] == ["bleek-onterecht"]
    assert helped(circle) == told == {"levering-gestopt": 1}, "a page is no quicker way to hear it"
    later(2 * DAY)
    services.tell_feedback()
    assert helped(circle) == {"bleek-onterecht": 1}
    assert [dict(one.counts) for one in circle.notices("bank")] == [
        {"levering-gestopt": 1, "1u": 1},
        {"bleek-onterecht": 1, "1u": 1},
    ]


@pytest.fixture
def desk(database: Server) -> Circle:
    circle = Circle("bank", "shop", "desk")
    members = [circle.member(name, uses=("inzage",) if name == "desk" else ("publish", "check")) for name in circle.members]
    circle.arrive(circle.section(members=tuple(members), k=2))
    return circle


def ask(circle: Circle, name: str = "desk", **more: Any) -> Any:
    return circle.post("/v1/inzagen", circle.shown(**{"verified": CHECKED, **more}), key=circle.members[name].key)


def answer(circle: Circle, asked: Any, *, name: str = "bank", **body: Any) -> Any:
    path = f"/v1/inzagen/{make.hexed(asked.json()['id'])}/antwoorden"
    return circle.post(path, {"signal": asked.json()["signals"][0]["id"], **body}, key=circle.members[name].key)


def fetch(circle: Circle, asked: Any, name: str = "desk") -> Any:
    return make.call("GET", f"/v1/inzagen/{make.hexed(asked.json()['id'])}", key=circle.members[name].key)


def test_access_knows_no_k_and_asks_the_publisher(desk: Circle) -> None:
    desk.publish("bank")
    asked = ask(desk)
    assert asked.status_code == 201, asked.content
    assert [one["state"] for one in asked.json()["signals"]] == ["gevraagd"]
    (notice,) = desk.notices("bank")
    assert (notice.kind, notice.until) == ("inzage-gevraagd", asked.json()["answer_by"])
    assert answer(desk, asked, answer="verstrekt").status_code == 200
    (found,) = fetch(desk, asked).json()["signals"]
    assert found["state"] == "verstrekt"
    assert make.octets_of(found["header"])[32:48] == desk.members["bank"].id
    assert found["context"]
    assert found["salt"]


def test_the_same_question_again_asks_nobody_twice(desk: Circle) -> None:
    desk.publish("bank")
    body = desk.shown(verified=CHECKED)
    first, again = (desk.post("/v1/inzagen", body, key=desk.members["desk"].key).json() for _ in range(2))
    assert first == again
    assert len(desk.notices("bank")) == 1
    assert ask(desk).json()["id"] != first["id"], "another case is another question"


def test_no_signal_is_an_answer_too(desk: Circle) -> None:
    assert ask(desk).json()["signals"] == []


def test_a_refusal_names_its_ground(desk: Circle) -> None:
    desk.publish("bank")
    asked = ask(desk)
    assert answer(desk, asked, answer="geweigerd").json()["code"] == "geen-weigeringsgrond"
    assert answer(desk, asked, answer="verstrekt", ground="lopend-onderzoek").json()["code"] == "geen-weigeringsgrond"
    assert answer(desk, asked, answer="geweigerd", ground="lopend-onderzoek").status_code == 200
    (found,) = fetch(desk, asked).json()["signals"]
    assert (found["state"], found["ground"], found["context"]) == ("geweigerd", "lopend-onderzoek", None)
    assert answer(desk, asked, answer="verstrekt").json()["code"] == "al-besloten"


def test_only_the_publisher_answers_and_only_the_desk_reads(desk: Circle) -> None:
    desk.publish("bank")
    asked = ask(desk)
    assert answer(desk, asked, name="shop", answer="verstrekt").json()["code"] == "onbekend-verzoek"
    assert fetch(desk, asked, "bank").json()["code"] == "onbekend-verzoek"
    assert ask(desk, "shop").json()["ground"] == "gebruik-niet-toegekend"


def test_past_the_term_it_says_that_nobody_answered(desk: Circle, later: Callable[[int], None]) -> None:
    desk.publish("bank")
    asked = ask(desk)
    later(ANSWER_WITHIN)
    desk.accept(desk.section(until=desk.now + 90 * DAY, members=tuple(desk.rights_kept(until=desk.now + 90 * DAY))))
    assert [one["state"] for one in fetch(desk, asked).json()["signals"]] == ["geen-antwoord"]


def cursor(circle: Circle, name: str, sequence: int, *, signer: str = "", party: str = "") -> Any:
    stream = f"entries/{circle.record.id.hex()}"
    told = Cursor(v=1, party=circle.members[party or name].id, sequence=sequence, stream=stream, time=circle.now)
    signed = documents.sign("cursor", told, [circle.members[signer or name].key])
    return circle.post("/v1/ontvangstbewijzen", signed, key=circle.members[name].key)


def test_a_cursor_is_kept_and_never_goes_back(circle: Circle) -> None:
    assert cursor(circle, "bank", 7).json() == {"sequence": 7}
    cursor(circle, "bank", 3)
    assert Receipt.objects.get().sequence == 7


def test_a_cursor_of_another_is_refused(circle: Circle) -> None:
    assert cursor(circle, "bank", 7, signer="shop").json()["code"] == "cursor-handtekening"
    assert cursor(circle, "bank", 7, party="shop").status_code == 403
    assert not Receipt.objects.exists()


def test_who_did_not_receipt_a_removal_in_a_day_is_listed(database: Server, later: Callable[[int], None]) -> None:
    circle = Circle()
    circle.arrive(circle.section(mode="replica"))
    published = circle.signal("bank")
    circle.publish("bank", published)
    withdraw(circle, "bank", published.header[16:32])
    place = Removal.objects.get().sequence
    assert selectors.overdue(circle.id) == []
    later(DAY + 60)
    cursor(circle, "shop", place)
    assert {one.party for one in selectors.overdue(circle.id)} == {circle.members[name].id for name in ("bank", "carrier")}
    cursor(circle, "bank", place - 1)
    assert len(selectors.overdue(circle.id)) == 2


def test_the_same_withdrawal_twice_at_once_is_told_once(circle: Circle) -> None:
    published = circle.signal("bank")
    circle.publish("bank", published)
    circle.post("/v1/verstrekkingen", circle.disclosure(), key=circle.members["shop"].key)
    both_read, answers = threading.Barrier(2), []

    def taken_back() -> None:
        connection.ensure_connection()
        both_read.wait(10)
        answers.append(withdraw(circle, "bank", published.header[16:32]))
        connections.close_all()

    threads = [threading.Thread(target=taken_back) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(state for answer in answers for state in states(answer)) == ["gone", "withdrawn"]
    assert [(one.kind, one.outcome) for one in circle.notices("shop")] == [("gecorrigeerd", "ingetrokken")]
