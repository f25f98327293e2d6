"""`sluis log verify`: what it reads, what it remembers, and everything a dishonest log is caught at."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from sluis.client import verify
from sluis.client.cli.main import app
from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.bodies import OwnEvent, OwnEvents
from sluis.core.exchange.log import inclusion
from sluis.core.exchange.log.checkpoint import Trust
from sluis.core.exchange.log.memory import MemoryLog
from sluis.core.exchange.log.note import Kind, Verifier
from sluis.wire import clock

ORIGIN = "log.test/logboek"
PAGE = 3


class Shown:
    """A log as one reader sees it, with three holders of whom two are needed, and the reader's own events."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "state.json"
        self.log = MemoryLog(ORIGIN, Ed25519PrivateKey.generate())
        self.holders = {f"holder{i}": Ed25519PrivateKey.generate() for i in (1, 2, 3)}
        self.trust = Trust((self.log.key,), {name: documents.public_key(key) for name, key in self.holders.items()}, 2)
        self.events: list[OwnEvent] = []
        self.fetched: list[str] = []
        self.note: str | None = None
        self.now = clock.now()

    def grow(self, count: int) -> None:
        self.log.append(*(secrets.token_bytes(32) for _ in range(count)))

    def mine(self, *, place: int | None = None) -> None:
        event, salt = b'{"activity":"delen"}', secrets.token_bytes(16)
        there = self.log.append(inclusion.entry(salt, event))
        self.events.append(OwnEvent(event=event, salt=salt, place=there if place is None else place))

    def checkpoint(self, *names: str, time: int | None = None) -> str:
        signing = [(name, self.holders[name]) for name in names or ("holder1", "holder2")]
        return self.log.checkpoint(signing, time=self.now if time is None else time)

    def fetch(self, path: str) -> bytes:
        self.fetched.append(path)
        if path == "checkpoint":
            return (self.note or self.checkpoint()).encode()
        octets = self.log.serve(path)
        if octets is None:
            raise errors.NotFound(code="geen-tegel")
        return octets

    def own(self, start: str) -> bytes:
        found = [event for event in self.events if event.place >= int(start)][:PAGE]
        following = found[-1].place + 1 if len(found) == PAGE else None
        return msgspec.json.encode(OwnEvents(events=tuple(found), next=following))

    def run(self) -> verify.Report:
        auditor = verify.Auditor(verify.Sources(self.fetch, self.own), self.trust, self.file, self.now)
        return auditor.verify(lambda _done, _of: None)

    def refused(self) -> str:
        before = self.file.read_bytes() if self.file.exists() else b""
        with pytest.raises(errors.SluisError) as raised:
            self.run()
        assert (self.file.read_bytes() if self.file.exists() else b"") == before
        return raised.value.reason

    def fork(self, keep: int) -> None:
        """Another log under the same key, with the same first entries."""
        other = MemoryLog(ORIGIN, self.log.private)
        other.append(*self.log.entries[:keep])
        self.log = other


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    found = Shown(tmp_path)
    found.grow(600)
    return found


def test_a_second_run_reads_only_what_came_since(shown: Shown) -> None:
    first = shown.run()
    assert (first.size, first.verified, sorted(first.cosigned)) == (600, 600, ["holder1", "holder2"])
    shown.fetched.clear()
    shown.grow(10)
    assert (shown.run().verified, shown.fetched) == (10, ["checkpoint", "tile/entries/002.p/98"])
    assert shown.run().verified == 0


@pytest.mark.parametrize("sizes", [(0, 1, 255, 256, 257), (512, 512, 513), (9000, 66_000)])
def test_growth_is_followed_over_every_border(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    log = Shown(tmp_path)
    for size in sizes:
        log.grow(size - log.log.size)
        assert log.run().size == size


def test_own_events_are_found_in_their_place_over_pages_and_runs(shown: Shown) -> None:
    for _ in range(4):
        shown.mine()
        shown.grow(100)
    assert shown.run().events == 4
    shown.mine()
    assert shown.run().events == 1


def test_an_erased_event_is_counted_and_nothing_else_changes(shown: Shown) -> None:
    shown.mine()
    shown.mine()
    shown.events[0] = OwnEvent(event=b"", salt=b"", place=shown.events[0].place)
    report = shown.run()
    assert (report.events, report.erased) == (1, 1)


@pytest.mark.parametrize("place", [3, 599])
def test_an_event_that_is_not_where_the_hub_says_is_refused(shown: Shown, place: int) -> None:
    shown.mine(place=place)
    assert shown.refused() == "gebeurtenis-niet-in-logboek"


def test_an_event_said_to_stand_among_what_was_read_before_is_refused(shown: Shown) -> None:
    shown.run()
    shown.mine(place=5)
    shown.own = lambda _start: msgspec.json.encode(OwnEvents(events=tuple(shown.events), next=None))
    assert shown.refused() == "gebeurtenis-niet-in-logboek"


def test_a_log_that_went_back_is_caught(shown: Shown) -> None:
    old = shown.checkpoint()
    shown.grow(5)
    shown.run()
    shown.note = old
    assert shown.refused() == "logboek-teruggedraaid"


@pytest.mark.parametrize(("keep", "more"), [(300, 300), (599, 1), (0, 600), (300, 900)])
def test_a_fork_is_caught_whatever_its_size(shown: Shown, keep: int, more: int) -> None:
    shown.run()
    shown.fork(keep)
    shown.grow(more)
    assert shown.refused() == "logboek-gevorkt"


def test_a_changed_entry_is_caught(shown: Shown) -> None:
    note = shown.checkpoint()
    shown.log.entries[17] = secrets.token_bytes(32)
    shown.note = note
    assert shown.refused() == "logboek-inhoud"


def test_a_changed_new_entry_in_a_log_that_only_grew_is_no_fork(shown: Shown) -> None:
    shown.run()
    shown.grow(3)
    shown.log.entries[601] = secrets.token_bytes(32)
    assert shown.refused() == "logboek-inhoud"


def test_another_key_of_the_log_is_caught(shown: Shown) -> None:
    shown.log.private = Ed25519PrivateKey.generate()
    assert shown.refused() == "logboek-handtekening"


def test_too_few_holders_are_not_enough(shown: Shown) -> None:
    shown.note = shown.checkpoint("holder3")
    assert shown.refused() == "logboek-getuigen"


def test_an_old_checkpoint_shown_to_who_verified_nothing_yet_is_caught_by_its_age(shown: Shown) -> None:
    shown.note = shown.checkpoint(time=shown.now - verify.STALE - 1)
    assert shown.refused() == "logboek-verouderd"


@pytest.mark.parametrize(("found", "put"), [(b"{", b""), (b'"size":600', b'"size":500'), (b'"note"', b'"nota"')])
def test_a_spoilt_memory_is_told_and_left_alone(shown: Shown, found: bytes, put: bytes) -> None:
    shown.run()
    shown.file.write_bytes(shown.file.read_bytes().replace(found, put))
    assert shown.refused() == "stand-onleesbaar"


# as anyone


@pytest.fixture
def address(shown: Shown) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                octets = shown.fetch(self.path.removeprefix("/log/"))
            except errors.NotFound:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_given: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/log"
        server.shutdown()


def anyone(shown: Shown, address: str, *more: str) -> list[str]:
    log = Verifier(ORIGIN, shown.log.key.key).text()
    holders = [Verifier(name, key, Kind.COSIGNATURE).text() for name, key in shown.trust.witnesses.items()]
    witnesses = [word for one in holders for word in ("--witness", one)]
    return ["log", *more, "--url", address, "--log-key", log, *witnesses, "--threshold", "2"]


def test_anyone_verifies_with_the_keys_alone_and_hears_of_a_fork(shown: Shown, address: str) -> None:
    argv = [*anyone(shown, address, "verify", "--state", str(shown.file)), "--json"]
    first = CliRunner().invoke(app, argv)
    assert (first.exit_code, json.loads(first.output)["verified"]) == (0, 600), first.output
    shown.fork(10)
    shown.grow(700)
    told = CliRunner().invoke(app, argv)
    assert told.exit_code == 1
    assert json.loads(told.output)["error"]["code"] == "logboek-gevorkt"
    assert "evidence" in json.loads(told.output)["error"]["next_step"]


def test_the_keys_that_are_shown_are_those_anyone_needs(shown: Shown, address: str) -> None:
    said = CliRunner().invoke(app, anyone(shown, address, "show")).output
    assert all(f"'{word}'" in said for word in anyone(shown, address) if "+" in word)
    assert f"{ORIGIN}\n600\n" in said


def test_without_keys_the_command_says_which(shown: Shown) -> None:
    said = CliRunner().invoke(app, ["log", "verify", "--url", "http://127.0.0.1:1/log"])
    assert said.exit_code == 1
    assert [f"--{name}" in said.output for name in ("log-key", "witness", "threshold")] == [True, True, True]


# one proof, offline


def proof_of(shown: Shown, *names: str) -> inclusion.Logged:
    """The proof of an event, as the portal hands it out."""
    signing = [(name, shown.holders[name]) for name in names or ("holder1", "holder2")]
    return shown.log.logged(b'{"activity":"delen"}', secrets.token_bytes(16), witnesses=signing, time=shown.now)


def prove(shown: Shown, logged: inclusion.Logged | bytes) -> Result:
    octets = logged if isinstance(logged, bytes) else msgspec.json.encode(logged)
    shown.file.with_name("bewijs.json").write_bytes(octets)
    keys = [word for word in anyone(shown, "") if word not in ("log", "--url", "")]
    return CliRunner().invoke(app, ["log", "prove", str(shown.file.with_name("bewijs.json")), *keys])


def test_a_proof_from_the_portal_is_proven_offline_with_the_keys_alone(shown: Shown) -> None:
    said = prove(shown, proof_of(shown))
    assert said.exit_code == 0, said.output
    assert "proven: place 600 of 601 in log.test/logboek" in said.output
    assert '{"activity":"delen"}' in said.output
    assert said.output.count("cosigned") == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"event": b'{"activity":"bevragen"}'},
        {"salt": b"\0" * 16},
        {"index": 599},
        {"path": (b"\0" * 32,)},
    ],
)
def test_a_changed_proof_is_refused(shown: Shown, wrong: dict[str, object]) -> None:
    said = prove(shown, msgspec.structs.replace(proof_of(shown), **wrong))
    assert said.exit_code == 1
    assert "proven" not in said.output


def test_a_proof_that_too_few_holders_cosigned_is_refused(shown: Shown) -> None:
    assert "logboek-getuigen" in prove(shown, proof_of(shown, "holder3")).output


def test_what_is_no_proof_is_told(shown: Shown) -> None:
    assert "bewijs-onleesbaar" in prove(shown, b"{}").output
    there = str(shown.file.with_name("bewijs.json"))
    missing = CliRunner().invoke(app, ["log", "prove", there, "--log-key", "x"])
    assert "--witness" in missing.output
