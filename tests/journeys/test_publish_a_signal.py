"""Walk: publish a signal. The page is `docs/architecture/publish-a-signal.md`."""

from __future__ import annotations

import contextlib
import threading
import time

import msgspec
import psycopg
import pytest

from journeys.world import Demo, invented_iban, matter, until
from sluis.client import check, publish
from sluis.client.session import Session
from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.admission import Publication, PublishedSignal
from sluis.core.exchange.entries import Hit, NoHit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.demo.layout import Layout

CASE = "zaak-publiceren-1"
KILLS = 5


def drafts(*identifiers: Identifier) -> list[publish.Draft]:
    return [publish.Draft(one, Context("AVF.VERKOOP", channels=("marketplace",)), Grade.B) for one in identifiers]


def ibans(first: int, count: int) -> list[Identifier]:
    return [normalise.parse("iban", invented_iban(number)) for number in range(first, first + count)]


def hits(session: Session, identifiers: list[Identifier]) -> int:
    return sum(isinstance(one.outcome, Hit) for one in check.check(session, identifiers, matter=matter()))


def connect(demo: Demo) -> psycopg.Connection:
    return psycopg.connect(Layout.of(demo.folder, first_port=None).cluster.url("sluis_owner"))


def test_a_published_signal_is_seen_by_other_members_within_seconds(demo: Demo) -> None:
    identifiers = ibans(1000, 20)
    receipts = publish.publish(demo.session("kadebank"), drafts(*identifiers), matter=matter(CASE))
    assert {receipt.state for receipt in receipts} == {"stored"}
    for slug in ("lantaarn", "pakketboot"):
        until(lambda slug=slug: hits(demo.session(slug), identifiers) == 20)


def test_the_same_octets_again_are_a_no_op(demo: Demo) -> None:
    bank = demo.session("kadebank")
    bodies: list[bytes] = []
    keep = bank.store.hold_pending
    bank.store.hold_pending = lambda circle, body: (bodies.append(body), keep(circle, body))[1]
    publish.publish(bank, drafts(*ibans(1100, 3)), matter=matter(CASE))
    section, _member = bank.membership(matter().circle)
    url = f"{bank.web}/v1/kringen/{section.circle.hex()}/signalen"
    again = msgspec.json.decode(bank.transport.post(url, bodies[0]))
    assert {one["state"] for one in again["signals"]} == {"same"}


def test_a_copied_tag_cannot_be_published_on(demo: Demo) -> None:
    """The hub computes the tag from the voucher, so a tag seen in a bucket is worth nothing without having evaluated."""
    bank, shop = demo.session("kadebank"), demo.session("lantaarn")
    bodies: list[bytes] = []
    keep = bank.store.hold_pending
    bank.store.hold_pending = lambda circle, body: (bodies.append(body), keep(circle, body))[1]
    publish.publish(bank, drafts(*ibans(1200, 1)), matter=matter(CASE))
    (published,) = msgspec.json.decode(bodies[0], type=Publication).signals
    header = signal.Header.parse(published.header)
    tag = signal.tag(header.key_id, published.voucher)
    section, member = shop.membership(matter().circle)
    mine = msgspec.structs.replace(published, voucher=bytes(32))
    forged = signal.Header(**{**_fields(header), "publisher": member.id})
    signature = signal.sign(shop.transport.private, forged, tag, salt=mine.salt, context=mine.context)
    wrong = PublishedSignal(forged.octets(), mine.voucher, mine.salt, mine.context, signature)
    url = f"{shop.web}/v1/kringen/{section.circle.hex()}/signalen"
    with pytest.raises(errors.Malformed) as refused:
        shop.transport.post(url, msgspec.json.encode(Publication((wrong,))))
    assert [fault.code for fault in refused.value.faults] == ["signaal-handtekening"]


def _fields(header: signal.Header) -> dict[str, object]:
    return {name: getattr(header, name) for name in signal.Header.__slots__}


def test_every_fault_of_every_signal_is_told_at_once(demo: Demo) -> None:
    bank = demo.session("kadebank")
    section, _member = bank.membership(matter().circle)
    rubbish = PublishedSignal(b"x", b"y", b"z", b"", b"")
    url = f"{bank.web}/v1/kringen/{section.circle.hex()}/signalen"
    with pytest.raises(errors.Malformed) as refused:
        bank.transport.post(url, msgspec.json.encode(Publication((rubbish, rubbish))))
    assert {fault.where for fault in refused.value.faults} == {"signals[0]", "signals[1]"}
    assert len(refused.value.faults) == 10


def test_nobody_publishes_in_anothers_name(demo: Demo) -> None:
    bank, shop = demo.session("kadebank"), demo.session("lantaarn")
    bodies: list[bytes] = []
    keep = bank.store.hold_pending
    bank.store.hold_pending = lambda circle, body: (bodies.append(body), keep(circle, body))[1]
    publish.publish(bank, drafts(*ibans(1300, 1)), matter=matter(CASE))
    section, _member = bank.membership(matter().circle)
    url = f"{bank.web}/v1/kringen/{section.circle.hex()}/signalen"
    with pytest.raises(errors.Malformed) as refused:
        shop.transport.post(url, bodies[0])
    assert {fault.code for fault in refused.value.faults} >= {"andere-aanbieder", "signaal-handtekening"}


def test_the_hubs_database_and_logs_hold_no_identifier_and_no_case(demo: Demo) -> None:
    identifiers = ibans(1400, 3)
    publish.publish(demo.session("kadebank"), drafts(*identifiers), matter=matter(CASE))
    shop = demo.session("lantaarn")
    until(lambda: hits(shop, identifiers) == 3)
    wanted = [*(str(one) for one in identifiers), CASE, matter().case]
    logs = "".join(file.read_text() for file in (demo.folder / "logs").iterdir())
    assert "refused" in logs or logs
    for text in wanted:
        assert text not in logs
    with connect(demo) as connection:
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        dump = "\n".join(str(row) for table in tables for row in connection.execute(f'SELECT t::text FROM "{table}" t'))
    assert "proeftuin" in dump.lower()
    for text in wanted:
        assert text not in dump
        assert text.encode().hex() not in dump


@pytest.mark.slow
def test_a_hub_killed_again_and_again_loses_and_doubles_nothing(demo: Demo) -> None:
    """Failure is: an accepted signal without a hit, a call that never gets through, or a second row for one identifier."""
    identifiers = ibans(2000, 150)
    bank, done = demo.session("kadebank"), threading.Event()

    def killer() -> None:
        for number in range(KILLS):
            until(lambda: done.is_set() or _answers(demo), 120)
            time.sleep(number * 0.07)
            with contextlib.suppress(KeyError, ProcessLookupError):
                demo.kill("web")

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        for start in range(0, len(identifiers), 10):
            until(lambda start=start: _gets_through(bank, identifiers[start : start + 10]), 120)
    finally:
        done.set()
        thread.join()
    until(lambda: _resumed(bank), 120)
    until(lambda: _answers(demo), 60)
    shop = demo.session("lantaarn")
    until(lambda: _found(shop, identifiers) == len(identifiers), 60)
    with connect(demo) as connection:
        (rows,) = connection.execute(
            "SELECT count(*) - count(DISTINCT (publisher, key_id, tag)) FROM exchange_signal"
        ).fetchone()
    assert rows == 0


def _gets_through(session: Session, identifiers: list[Identifier]) -> bool:
    try:
        publish.publish(session, drafts(*identifiers), matter=matter(CASE))
    except errors.Unavailable:
        return False
    return True


def _resumed(session: Session) -> bool:
    try:
        publish.resume(session)
    except errors.Unavailable:
        return False
    return session.store.pending() == []


def _answers(demo: Demo) -> bool:
    try:
        demo.session("lantaarn").directory.refresh()
    except errors.SluisError:
        return False
    return True


def _found(session: Session, identifiers: list[Identifier]) -> int:
    try:
        return hits(session, identifiers)
    except errors.Unavailable:
        return 0


def test_no_hit_without_a_signal(demo: Demo) -> None:
    (checked,) = check.check(demo.session("lantaarn"), ibans(9_999_999, 1), matter=matter())
    assert checked.outcome == NoHit()
