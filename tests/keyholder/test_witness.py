"""A holder as witness of the log: cosigns what only grew, refuses the rest, and looks for its own lines."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hub_stub import HubStub

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.log import checkpoint, inclusion, note
from sluis.core.exchange.log.memory import MemoryLog
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.core.exchange.policy import Head
from sluis.demo import world
from sluis.keyholder.observed import Observed
from sluis.keyholder.pace import Pace
from sluis.keyholder.witness import AGAIN, Witness
from sluis.wire import clock
from sluis.wire.calls import Caller
from sluis.wire.directory import Directory

PARTY = world.HOLDERS[0]


class Witnessing:
    """A hub in memory and one holder who witnesses its log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "keys").mkdir()
        self.hub = HubStub(folder / "keys")
        self.witness = self.open()

    def open(self) -> Witness:
        ring = self.hub.keyring
        directory = Directory(self.folder / "policy.json", ring.pinned())
        caller = Caller(self.hub.client(), ring.private(PARTY.slug), "http://web.test")
        return Witness(directory, Observed(self.folder / "witness.sqlite"), caller, ring.pinned(), Pace())

    def refresh(self) -> None:
        asyncio.run(self.witness.directory.refresh(self.witness.hub))

    def cosign(self) -> None:
        asyncio.run(self.witness.cosign())

    def refused(self) -> str:
        before = len(self.hub.cosigned)
        with pytest.raises(errors.SluisError) as raised:
            self.cosign()
        assert len(self.hub.cosigned) == before
        return raised.value.reason

    def holds(self) -> bool:
        """Whether the last cosignature is of the log as it is, under the holder's key."""
        head = documents.read(self.hub.snapshot.head.payload, Head)
        verifier = Verifier(head.holders[0].witness, head.holders[0].key, Kind.COSIGNATURE)
        return note.read(self.hub.log.checkpoint() + self.hub.cosigned[-1].line).holds(verifier)

    def fork(self, keep: int, more: int) -> None:
        other = MemoryLog(self.hub.log.origin, self.hub.log.private)
        other.append(*self.hub.log.entries[:keep], *(os.urandom(32) for _ in range(more)))
        self.hub.log = other

    def send(self, *lines: bytes) -> None:
        """Hands in log lines as the service does."""

        async def sending() -> None:
            body = msgspec.json.encode({"lines": [msgspec.Raw(line) for line in lines]})
            await self.witness.acknowledged(lines, await self.witness.hub.post("/v1/sleutelhouders/logregels", body))

        asyncio.run(sending())

    def find(self) -> None:
        asyncio.run(self.witness.find_lines())


@pytest.fixture
def made(tmp_path: Path) -> Witnessing:
    found = Witnessing(tmp_path)
    found.refresh()
    return found


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))
    return lambda seconds: file.write_text(str(seconds)) and None


def line() -> bytes:
    return msgspec.json.encode(
        LogLine(os.urandom(16), os.urandom(32), os.urandom(16), 3, os.urandom(16), os.urandom(32), clock.now(), 2)
    )


def test_the_log_is_cosigned_as_it_grows_over_many_sizes(made: Witnessing) -> None:
    for more in (0, 1, 254, 1, 300, 70_000):
        made.hub.log.append(*(sha256(os.urandom(8)) for _ in range(more)))
        made.cosign()
        assert made.holds()
    assert made.witness.status() == "ok"


def test_the_same_checkpoint_is_cosigned_again_after_ten_minutes_and_not_before(
    made: Witnessing, later: Callable[[int], None]
) -> None:
    made.cosign()
    made.cosign()
    assert len(made.hub.cosigned) == 1
    later(AGAIN + 1)
    made.cosign()
    assert len(made.hub.cosigned) == 2


def test_before_the_first_snapshot_the_candidate_says_which_log_it_is(tmp_path: Path) -> None:
    made = Witnessing(tmp_path)
    with pytest.raises(errors.NotAllowed):
        made.cosign()
    made.hub.waiting = made.hub.snapshot.head
    made.cosign()
    assert made.holds()


def test_a_candidate_that_the_policy_keys_did_not_sign_says_nothing(tmp_path: Path) -> None:
    made = Witnessing(tmp_path)
    head = made.hub.snapshot.head
    made.hub.waiting = documents.Signed(head.payload, head.signatures[:1])
    assert made.refused() == "beleid-handtekening"


def test_a_log_under_another_key_is_not_cosigned(made: Witnessing) -> None:
    made.hub.log.private = made.hub.keyring.private(PARTY.slug)
    assert made.refused() == "logboek-handtekening"


@pytest.mark.parametrize(("keep", "more"), [(0, 3), (2, 1), (2, 40), (0, 700)])
def test_a_fork_is_refused_for_good_and_kept_as_evidence_over_a_restart(made: Witnessing, keep: int, more: int) -> None:
    made.hub.log.append(os.urandom(32), os.urandom(32))
    made.cosign()
    honest = made.hub.log
    made.fork(keep, more)
    assert made.refused() == "logboek-gevorkt"
    made.witness = made.open()
    assert (made.refused(), made.witness.status()) == ("logboek-gevorkt", "logboek-gevorkt")
    ((shown, seen),) = made.witness.observed._file.rows("SELECT note, seen FROM alarm")
    assert checkpoint.parse(note.read(shown).text).size == keep + more
    assert checkpoint.parse(note.read(seen).text).size == honest.size


def test_a_log_that_went_back_is_refused(made: Witnessing) -> None:
    made.hub.log.append(os.urandom(32), os.urandom(32))
    made.cosign()
    made.fork(1, 0)
    assert made.refused() == "logboek-teruggedraaid"
    assert made.witness.status() == "logboek-teruggedraaid"


def test_after_the_term_of_the_policy_the_log_is_still_cosigned(made: Witnessing, later: Callable[[int], None]) -> None:
    later(8 * 86_400)
    made.hub.log.append(os.urandom(32))
    made.cosign()
    assert made.holds()


def test_a_cosignature_that_did_not_arrive_is_sent_again_at_once(made: Witnessing, monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*_given: object) -> bytes:
        raise errors.Unavailable

    with monkeypatch.context() as patch:
        patch.setattr(Caller, "post", lost)
        assert made.refused() == "niet-bereikbaar"
    made.cosign()
    assert made.holds()


# own lines


def test_own_lines_are_found_in_the_log(made: Witnessing) -> None:
    made.send(line(), line())
    assert made.witness.observed.is_waiting()
    made.cosign()
    made.find()
    assert not made.witness.observed.is_waiting()


def test_a_line_beyond_what_was_cosigned_waits(made: Witnessing) -> None:
    made.cosign()
    made.send(line())
    made.find()
    assert made.witness.observed.is_waiting()
    made.cosign()
    made.find()
    assert not made.witness.observed.is_waiting()


def test_a_line_that_is_not_in_the_log_after_an_hour_is_an_alarm(made: Witnessing, later: Callable[[int], None]) -> None:
    made.hub.honest = False
    made.send(line())
    made.cosign()
    made.find()
    assert made.witness.status() == "ok"
    later(3_601)
    made.find()
    assert made.witness.status() == "logregel-niet-bewezen"


def test_a_place_that_is_not_the_lines_is_no_proof(made: Witnessing) -> None:
    made.send(line())
    made.hub.log.append(os.urandom(32))
    made.hub.events[0] = msgspec.structs.replace(made.hub.events[0], place=made.hub.log.size - 1)
    made.cosign()
    with pytest.raises(errors.ProtocolFailure):
        made.find()
    assert made.witness.observed.is_waiting()


def test_a_line_whose_acknowledgement_was_lost_is_found_before_the_cursor(
    made: Witnessing, later: Callable[[int], None]
) -> None:
    lost, other = line(), line()

    async def unheard() -> None:
        body = msgspec.json.encode({"lines": [msgspec.Raw(lost)]})
        await made.witness.hub.post("/v1/sleutelhouders/logregels", body)

    asyncio.run(unheard())
    made.send(other)
    made.cosign()
    made.find()
    made.send(lost)
    made.find()
    assert made.witness.observed.is_waiting()
    later(120)
    made.find()
    made.find()
    assert not made.witness.observed.is_waiting()


def test_an_acknowledgement_with_another_leaf_is_refused(made: Witnessing) -> None:
    first, second = line(), line()
    made.send(first)
    reference = next(iter(made.hub.leaves))
    foreign = made.hub.leaves[reference]
    made.hub._leaf = lambda _line: foreign  # type: ignore[method-assign]
    with pytest.raises(errors.ProtocolFailure) as raised:
        made.send(second)
    assert raised.value.reason == "logboek-bevestiging"
    assert made.witness.observed.expected([inclusion.entry(foreign.salt, foreign.event)])
