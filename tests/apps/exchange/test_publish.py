"""Sharing signals: `POST /v1/kringen/{circle}/signalen`."""

from __future__ import annotations

import base64
import secrets
import threading
from typing import Any

import make
import msgspec
import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hub_fixtures import Server
from make import Circle, Draft

from sluis.apps.audit.models import Event as LogEvent
from sluis.apps.exchange.models import Signal
from sluis.core import errors
from sluis.core.exchange.admission import Publication, PublishedSignal
from sluis.core.exchange.signal import OP_SET, Entry
from sluis.core.exchange.words import Grade, Origin
from sluis.plumbing.models import Event
from sluis.wire import clock

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
TODAY = clock.now() // make.DAY


def send(circle: Circle, name: str, *signals: PublishedSignal, **more: Any) -> Any:
    return circle.post(circle.path(), Publication(signals), key=circle.members[name].key, **more)


def entries(circle: Circle) -> list[Entry]:
    bodies = Event.objects.filter(stream="entries").order_by("sequence").values_list("body", flat=True)
    assert all(bytes(body)[:16] == circle.record.id for body in bodies)
    return [Entry.parse(bytes(body)[16:]) for body in bodies]


def code(answer: Any) -> str:
    assert answer["content-type"] == "application/problem+json"
    return answer.json()["code"]


def test_a_signal_is_stored_and_in_the_stream(circle: Circle) -> None:
    answer = send(circle, "bank", one := circle.signal("bank"))
    signal_id = base64.b64encode(one.header[16:32]).decode()
    assert (answer.status_code, answer.json()) == (200, {"signals": [{"id": signal_id, "state": "stored"}]})
    (entry,) = entries(circle)
    assert (entry.tag, entry.op, entry.n, entry.grade) == (circle.tag(), OP_SET, 1, Grade.B)
    assert LogEvent.objects.filter(activity="delen", outcome="passed", party=circle.members["bank"].id).count() == 1


def test_the_same_octets_again_change_nothing(circle: Circle) -> None:
    one = circle.signal("bank")
    send(circle, "bank", one)
    answer = send(circle, "bank", one)
    assert answer.json()["signals"][0]["state"] == "same"
    assert (Signal.objects.count(), len(entries(circle))) == (1, 1)


def test_a_higher_revision_replaces(circle: Circle) -> None:
    send(circle, "bank", circle.signal("bank"))
    answer = send(circle, "bank", circle.signal("bank", Draft(revision=2, grade=Grade.A)))
    assert answer.json()["signals"][0]["state"] == "replaced"
    assert (Signal.objects.get().revision, entries(circle)[-1].grade) == (2, Grade.A)


@pytest.mark.parametrize("revision", [1, 2])
def test_another_signal_at_the_same_or_a_lower_revision_is_a_conflict(circle: Circle, revision: int) -> None:
    send(circle, "bank", circle.signal("bank", Draft(revision=2)))
    answer = send(circle, "bank", circle.signal("bank", Draft(revision=revision)))
    assert (answer.status_code, code(answer)) == (409, "revisie")
    assert len(entries(circle)) == 1


def test_one_conflict_leaves_nothing_of_the_call(circle: Circle) -> None:
    send(circle, "bank", circle.signal("bank", Draft(revision=2)))
    answer = send(circle, "bank", circle.signal("bank", Draft(iban=make.OTHER_IBAN)), circle.signal("bank"))
    assert answer.status_code == 409
    assert (Signal.objects.count(), len(entries(circle))) == (1, 1)


def test_all_faults_are_told_at_once(circle: Circle) -> None:
    unsigned = msgspec.structs.replace(circle.signal("bank"), signature=bytes(64))
    outputs = (make.random_output() for _ in range(9))
    bad = [
        unsigned,
        circle.signal("bank", Draft(grade=Grade.D), output=next(outputs)),
        circle.signal("bank", Draft(seen=TODAY + 2), output=next(outputs)),
        circle.signal("bank", Draft(expires=TODAY), output=next(outputs)),
        circle.signal("bank", Draft(expires=TODAY + 91), output=next(outputs)),
        circle.signal("bank", Draft(form=0), output=next(outputs)),
        msgspec.structs.replace(circle.signal("bank", output=next(outputs)), voucher=bytes(31)),
        circle.signal("shop", output=next(outputs)),
    ]
    answer = send(circle, "bank", *bad, circle.signal("bank", Draft(iban=make.OTHER_IBAN)))
    assert (answer.status_code, code(answer)) == (400, "signalen-geweigerd")
    told = {(fault["where"], fault["code"]) for fault in answer.json()["errors"]}
    assert told == {
        ("signals[0]", "signaal-handtekening"),
        ("signals[1]", "bewijsgraad"),
        ("signals[2]", "gezien-in-toekomst"),
        ("signals[3]", "vervaldag"),
        ("signals[4]", "vervaldag"),
        ("signals[5]", "onbekende-vorm"),
        ("signals[6]", "lengte"),
        ("signals[7]", "andere-aanbieder"),
        ("signals[7]", "signaal-handtekening"),
    }
    assert Signal.objects.count() == 0


@pytest.mark.parametrize("number", [0, 1001])
def test_a_call_holds_one_to_a_thousand_signals(circle: Circle, number: int) -> None:
    one = circle.signal("bank")
    answer = send(circle, "bank", *[one] * number)
    assert (answer.status_code, code(answer)) == (400, "partijgrootte")


def test_one_identifier_twice_in_a_call_is_refused(circle: Circle) -> None:
    answer = send(circle, "bank", circle.signal("bank"), circle.signal("bank"))
    assert [fault["code"] for fault in answer.json()["errors"]] == ["dubbel"]


def test_a_body_that_is_no_publication_is_refused(circle: Circle) -> None:
    key = circle.members["bank"].key
    for body in (b"", b"[]", b'{"signals": [{}]}', b'{"signals": [], "more": 1}', b"\xff"):
        answer = circle.post(circle.path(), body, key=key)
        assert (answer.status_code, code(answer)) == (400, "onjuiste-invoer"), body


def test_a_copied_tag_cannot_be_published(circle: Circle) -> None:
    circle.publish("bank")
    stolen = circle.tag()
    forged = msgspec.structs.replace(circle.signal("shop"), voucher=stolen + bytes(16))
    answer = send(circle, "shop", forged)
    assert [fault["code"] for fault in answer.json()["errors"]] == ["signaal-handtekening"]
    # Signed over the tag that the hub will compute, it lands on a tag of its own and lifts nothing.
    own = circle.signal("shop", output=secrets.token_bytes(64))
    assert send(circle, "shop", own).status_code == 200
    assert [entry.n for entry in entries(circle) if entry.tag == stolen] == [1]


def test_publishers_of_one_group_count_once(database: Server) -> None:
    circle = Circle()
    same = circle.members["bank"].group
    members = (circle.member("bank"), circle.member("shop", group=same), circle.member("carrier"))
    circle.arrive(circle.section(members=members))
    for name in ("bank", "shop", "carrier"):
        circle.publish(name)
    # What another of the group adds changes nothing for others, so nothing travels.
    assert [entry.n for entry in entries(circle)] == [1, 2]


def test_below_k_not_even_the_tag_leaves(database: Server) -> None:
    circle = Circle()
    circle.arrive(circle.section(k=2))
    circle.publish("bank")
    assert entries(circle) == []
    circle.publish("shop")
    assert [(entry.op == OP_SET, entry.n) for entry in entries(circle)] == [(True, 2)]


def test_a_hit_passed_on_is_not_counted(circle: Circle) -> None:
    circle.publish("bank")
    circle.publish("shop", circle.signal("shop", Draft(origin=Origin.HIT)))
    assert entries(circle)[-1].n == 1


def test_two_publishers_at_once_end_with_both_counted(circle: Circle) -> None:
    start, failures = threading.Barrier(2), []
    signals = {name: circle.signal(name) for name in ("bank", "shop")}

    def work(name: str) -> None:
        try:
            start.wait(10)
            circle.publish(name, signals[name])
        except Exception as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(name,)) for name in signals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    assert [entry.n for entry in entries(circle)] == [1, 2]


def test_a_call_takes_ten_statements_at_most_however_many_signals(circle: Circle) -> None:
    counts = []
    for number in (1, 10, 100):
        signals = [circle.signal("bank", output=make.random_output()) for _ in range(number)]
        with CaptureQueriesContext(connection) as captured:
            assert send(circle, "bank", *signals).status_code == 200
        counts.append([one["sql"][:60] for one in captured if not one["sql"].startswith(FRAME)])
    # The first call also reads the snapshot, which is then kept in memory.
    assert len(counts[1]) == len(counts[2]) <= 10, counts


def test_a_row_takes_less_than_700_octets_beside_its_context(circle: Circle, database: Server) -> None:
    for _ in range(2):
        circle.publish("bank", *[circle.signal("bank", output=make.random_output()) for _ in range(1000)])
    with database.connect() as owner:
        owner.execute("VACUUM exchange_signal")
        row = owner.execute("SELECT pg_total_relation_size('exchange_signal'), count(*) FROM exchange_signal").fetchone()
    size, number = row
    assert number == 2000
    assert size / number - 1040 < 700


# who may not


def test_an_unsigned_call_is_refused(circle: Circle) -> None:
    from django.test import Client

    answer = Client().post(circle.path(), b"{}", content_type="application/json")
    assert (answer.status_code, code(answer)) == (400, "handtekening-vorm")


def test_a_nonce_counts_once(circle: Circle) -> None:
    nonce = secrets.token_bytes(16)
    one = circle.signal("bank")
    assert send(circle, "bank", one, nonce=nonce).status_code == 200
    answer = send(circle, "bank", one, nonce=nonce)
    assert (answer.status_code, code(answer)) == (409, "herhaling")


def test_a_nonce_is_kept_though_the_call_was_refused(circle: Circle) -> None:
    nonce = secrets.token_bytes(16)
    assert send(circle, "bank", nonce=nonce).status_code == 400
    assert send(circle, "bank", circle.signal("bank"), nonce=nonce).status_code == 409


@pytest.mark.parametrize("off", [-130, 70])
def test_a_signature_of_another_time_is_refused(circle: Circle, off: int) -> None:
    answer = send(circle, "bank", circle.signal("bank"), created=clock.now() + off)
    assert (answer.status_code, code(answer)) == (403, "handtekening-tijd")


@pytest.mark.parametrize("off", [-55, 55])
def test_a_clock_may_differ_a_minute(circle: Circle, off: int) -> None:
    assert send(circle, "bank", circle.signal("bank"), created=clock.now() + off).status_code == 200


def test_another_body_than_was_signed_is_refused(circle: Circle) -> None:
    answer = send(circle, "bank", headers={"content-digest": "sha-256=:" + base64.b64encode(bytes(32)).decode() + ":"})
    assert (answer.status_code, code(answer)) == (400, "inhoud-anders")


def test_an_unknown_circle_is_not_found(circle: Circle) -> None:
    key = circle.members["bank"].key
    for name in (secrets.token_hex(16), "proeftuin", "00"):
        answer = circle.post(f"/v1/kringen/{name}/signalen", Publication((circle.signal("bank"),)), key=key)
        assert answer.status_code == 404


def test_who_is_no_member_is_refused(circle: Circle) -> None:
    answer = circle.post(circle.path(), Publication((circle.signal("bank"),)), key=make.Party().key)
    assert (answer.status_code, code(answer)) == (403, "geen-lid")


def test_a_member_without_the_use_is_refused_and_it_is_logged(database: Server) -> None:
    circle = Circle()
    members = (circle.member("bank"), circle.member("shop", uses=("check",)))
    circle.arrive(circle.section(members=members))
    answer = send(circle, "shop", circle.signal("shop"))
    assert (answer.status_code, answer.json()["ground"]) == (403, "gebruik-niet-toegekend")
    logged = LogEvent.objects.get(outcome="refused")
    assert (logged.activity, logged.ground, bytes(logged.party)) == (
        "delen",
        "gebruik-niet-toegekend",
        circle.members["shop"].id,
    )


def test_without_assessment_nothing_is_shared(database: Server) -> None:
    circle = Circle()
    circle.arrive(assessed=False)
    answer = send(circle, "bank", circle.signal("bank"))
    assert (answer.status_code, code(answer), answer.json()["ground"]) == (403, "geen-grondslag", "geen-beoordeling")
    assert Signal.objects.count() == 0


def test_a_thief_of_the_connection_cannot_lower_a_revision_by_sql(circle: Circle, database: Server) -> None:
    """The rule holds in the statement itself, whatever the service checked before."""
    circle.publish("bank", circle.signal("bank", Draft(revision=3)))
    with pytest.raises(errors.Conflict):
        circle.publish("bank", circle.signal("bank", Draft(revision=2)))
    with database.connect("sluis_edge") as edge, pytest.raises(psycopg.errors.InsufficientPrivilege):
        edge.execute("UPDATE exchange_signal SET revision = 1")
