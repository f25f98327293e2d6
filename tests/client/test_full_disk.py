"""A full disk at a partner: it says so with cause and next step, loses nothing that was accepted, and goes on with room."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from sluis.client import advice, check, publish, testing
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Matter, Session
from sluis.client.store import OwnSignal
from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import sqlite

IBAN = normalise.parse("iban", "NL13 TEST 0123 4567 89")
MATTER = Matter(testing.CIRCLE, "zaak-1", testing.PURPOSE)
ROOM = 1 << 20


@pytest.fixture
def fake() -> FakeSluis:
    return FakeSluis(members=("bank", "shop"))


@pytest.fixture
def bank(fake: FakeSluis, tmp_path: Path) -> Session:
    return fake.session("bank", store=str(tmp_path / "bank.sqlite"))


@contextmanager
def full(file: sqlite.File) -> Iterator[None]:
    """The disk of this file takes not one page more."""
    database: sqlite3.Connection = file._database
    database.execute("CREATE TABLE IF NOT EXISTS filling (octets BLOB)")
    database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        _fill(database)
    yield
    database.execute(f"PRAGMA max_page_count = {ROOM}")


def _fill(database: sqlite3.Connection) -> None:
    while True:
        database.execute("INSERT INTO filling VALUES (zeroblob(1))")


def iban(number: int) -> Identifier:
    bban = f"TEST{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return normalise.parse("iban", f"NL{98 - int(digits) % 97:02d}{bban}")


def share(session: Session, identifier: Identifier = IBAN) -> list[str]:
    draft = publish.Draft(identifier, Context("AVF.AANKOOP"), Grade.B)
    return [one.state for one in publish.publish(session, [draft], matter=MATTER)]


def is_hit(session: Session, identifier: Identifier = IBAN) -> bool:
    return isinstance(check.check(session, [identifier], matter=MATTER)[0].outcome, Hit)


def test_what_cannot_be_kept_is_refused_in_words_and_what_was_accepted_stays(fake: FakeSluis, bank: Session) -> None:
    shared: list[Identifier] = []

    def share_on() -> None:
        for number in range(100):
            share(bank, iban(number))
            shared.append(iban(number))

    with full(bank.store._file), pytest.raises(errors.Unavailable) as refused:
        share_on()
    assert refused.value.reason == "opslag-vol"
    assert "make room" in str(refused.value)
    assert "room" in advice.next_step(refused.value)
    shop = fake.session("shop")
    assert all(is_hit(shop, one) for one in shared)
    share(bank, iban(len(shared)))
    assert is_hit(shop, iban(len(shared)))
    assert bank.store.pending() == []


def test_a_signal_whose_answer_could_not_be_kept_is_sent_again_and_not_doubled(
    fake: FakeSluis, bank: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = bank.store.settle

    def late(number: int, signals: list[OwnSignal]) -> None:
        more = [replace(signals[0], tag=os.urandom(16)) for _ in range(500)]
        with full(bank.store._file):
            kept(number, signals + more)

    monkeypatch.setattr(bank.store, "settle", late)
    with pytest.raises(errors.Unavailable, match="full"):
        share(bank)
    monkeypatch.setattr(bank.store, "settle", kept)
    assert len(bank.store.pending()) == 1
    again = fake.session("bank", store=str(tmp_path / "bank.sqlite"))
    assert publish.resume(again) == 1
    assert again.store.pending() == []
    assert share(again) == ["replaced"], "it is known as one's own, so this is its next revision"


def test_a_transaction_that_found_no_room_leaves_nothing_open(tmp_path: Path) -> None:
    file = sqlite.File(tmp_path / "one.sqlite", ["CREATE TABLE IF NOT EXISTS one (octets BLOB)"])

    def add(size: int) -> None:
        with file.transaction() as database:
            database.execute("INSERT INTO one VALUES (zeroblob(?))", (size,))

    add(10)
    with full(file):
        for _ in range(3):
            with pytest.raises(errors.Unavailable, match="full"):
                add(1 << 16)
    add(10)
    assert file.row("SELECT count(*) FROM one") == (2,)


def test_what_the_gateway_does_by_itself_goes_on_after_the_disk_was_full(bank: Session) -> None:
    upkeep, done = Upkeep(bank), []

    def work() -> None:
        bank.store.keep_policy(bytes(1 << 16))
        done.append(True)

    with full(bank.store._file):
        upkeep._try("work", work)
    assert done == []
    upkeep._try("work", work)
    assert done == [True]
