"""`sluis log witness`: a log that only grows is cosigned; one with two faces is caught, with both notes kept."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from sluis.client import witnessing
from sluis.client.cli.main import app
from sluis.client.witnessing import Book, Watched, Witness
from sluis.core import errors
from sluis.core.exchange.log import checkpoint, growth, note, tiles
from sluis.core.exchange.log.memory import MemoryLog
from sluis.core.exchange.log.note import Verifier

ORIGIN = "log.test/logboek"
NOW = 1_800_000_000


def entries(count: int) -> list[bytes]:
    return [secrets.token_bytes(32) for _ in range(count)]


class TwoFaced:
    """A log under one key that can show each witness another face."""

    def __init__(self, common: int) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.faces = {"a": MemoryLog(ORIGIN, self.private), "b": MemoryLog(ORIGIN, self.private)}
        self.both(common)
        self.away = False
        self.old: str | None = None

    def both(self, count: int) -> None:
        some = entries(count)
        for face in self.faces.values():
            face.append(*some)

    def grow(self, face: str, count: int) -> None:
        self.faces[face].append(*entries(count))

    def fetch(self, face: str, path: str) -> bytes:
        if self.away:
            raise errors.Unavailable(code="niet-bereikbaar")
        if path == "checkpoint":
            return (self.old or self.faces[face].checkpoint()).encode()
        octets = self.faces[face].serve(path)
        if octets is None:
            raise errors.NotFound(code="geen-tegel")
        return octets


class Seeing:
    """A witness who sees one face."""

    def __init__(self, log: TwoFaced, face: str, folder: Path) -> None:
        self.log, self.face, self.file = log, face, folder / f"{face}.sqlite"
        self.private = Ed25519PrivateKey.generate()
        self.witness = self.open()

    def open(self) -> Witness:
        watched = Watched(lambda path: self.log.fetch(self.face, path), (self.log.faces[self.face].key,))
        published = self.file.with_suffix(".note")
        return Witness(Book(self.file), watched, f"getuige.test/{self.face}", self.private, published)

    def published(self) -> str:
        return self.file.with_suffix(".note").read_text()

    def accused(self) -> list[witnessing.Evidence]:
        return self.open().book.evidence(ORIGIN)


def compared(one: Seeing, other: Seeing) -> str:
    with pytest.raises(errors.SluisError) as raised:
        one.witness.compare(other.published(), shown_by="other", now=NOW)
    return raised.value.reason


@pytest.fixture
def log() -> TwoFaced:
    return TwoFaced(300)


@pytest.fixture
def a(log: TwoFaced, tmp_path: Path) -> Seeing:
    return Seeing(log, "a", tmp_path)


@pytest.fixture
def b(log: TwoFaced, tmp_path: Path) -> Seeing:
    return Seeing(log, "b", tmp_path)


def test_a_log_that_grows_is_cosigned_and_every_checkpoint_is_kept_over_a_restart(log: TwoFaced, a: Seeing) -> None:
    for kept, more in enumerate((0, 1, 255, 700), start=1):
        log.both(more)
        looked = a.open().look(now=NOW)
        assert (looked.size, looked.kept) == (log.faces["a"].size, kept)
        assert note.read(a.published()).signed_at(a.witness.verifier) == NOW
        assert Verifier.parse(looked.witness) == a.witness.verifier


def test_nothing_new_is_cosigned_again_with_the_time_of_now(a: Seeing) -> None:
    a.witness.look(now=NOW)
    assert a.witness.look(now=NOW + 600).grown == 0
    assert note.read(a.published()).signed_at(a.witness.verifier) == NOW + 600


@pytest.mark.parametrize(("first", "second"), [(5, 5), (5, 9), (9, 5), (300, 1)])
def test_two_witnesses_who_were_shown_two_faces_find_out_by_comparing(
    log: TwoFaced, a: Seeing, b: Seeing, first: int, second: int
) -> None:
    log.grow("a", first)
    log.grow("b", second)
    a.witness.look(now=NOW)
    b.witness.look(now=NOW)
    assert (a.accused(), b.accused()) == ([], [])
    for one, other in ((a, b), (b, a)):
        ahead = log.faces[other.face].size - log.faces[one.face].size
        if ahead > 0:
            assert compared(one, other) == "logboek-nog-niet-zover"
            log.grow(one.face, ahead)
        assert compared(one, other) == "logboek-gevorkt"
    (evidence,) = a.accused()
    keys = (log.faces["a"].key,)
    signed = [checkpoint.opened(octets, keys) for octets in (evidence.first, evidence.second)]
    assert [one.size for one in signed] == [300 + first, 300 + second]
    assert signed[0].root != signed[1].root


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 4), (4, 0), (700, 3)])
def test_two_witnesses_of_one_log_go_together_however_far_each_is(
    log: TwoFaced, a: Seeing, b: Seeing, first: int, second: int
) -> None:
    log.both(min(first, second))
    (a if first < second else b).witness.look(now=NOW)
    log.both(max(first, second) - min(first, second))
    (b if first < second else a).witness.look(now=NOW)
    assert a.witness.compare(b.published(), shown_by="b", now=NOW).size == 300 + second
    assert b.witness.compare(a.published(), shown_by="a", now=NOW).size == 300 + first
    assert (a.accused(), b.accused()) == ([], [])


@pytest.mark.parametrize("more", [0, 1, 400])
def test_a_fork_shown_to_one_witness_is_never_cosigned(log: TwoFaced, a: Seeing, more: int) -> None:
    log.grow("a", 10)
    a.witness.look(now=NOW)
    before = a.published()
    log.grow("b", 10 + more)
    a.face = "b"
    for _ in range(2):
        with pytest.raises(errors.ProtocolFailure) as raised:
            a.open().look(now=NOW + 60)
        assert raised.value.reason == "logboek-gevorkt"
    assert a.published() == before
    assert len(a.accused()) == 1


def test_an_old_checkpoint_is_told_and_is_no_evidence(log: TwoFaced, a: Seeing) -> None:
    old = log.faces["a"].checkpoint()
    log.both(7)
    a.witness.look(now=NOW)
    log.old = old
    with pytest.raises(errors.ProtocolFailure) as raised:
        a.witness.look(now=NOW)
    assert (raised.value.reason, a.accused()) == ("logboek-teruggedraaid", [])


def test_a_log_that_is_away_is_no_evidence(log: TwoFaced, a: Seeing) -> None:
    a.witness.look(now=NOW)
    log.away = True
    with pytest.raises(errors.Unavailable):
        a.witness.look(now=NOW)
    assert a.accused() == []


def test_a_log_that_is_behind_what_another_was_shown_is_asked_again_later(log: TwoFaced, a: Seeing, b: Seeing) -> None:
    a.witness.look(now=NOW)
    log.grow("b", 3)
    b.witness.look(now=NOW)
    with pytest.raises(errors.Unavailable) as raised:
        a.witness.compare(b.published(), shown_by="b", now=NOW)
    assert (raised.value.reason, a.accused()) == ("logboek-nog-niet-zover", [])


def test_a_note_that_the_log_did_not_sign_accuses_nobody(a: Seeing) -> None:
    a.witness.look(now=NOW)
    forged = MemoryLog(ORIGIN, Ed25519PrivateKey.generate())
    forged.append(*entries(300))
    with pytest.raises(errors.ProtocolFailure) as raised:
        a.witness.compare(forged.checkpoint(), shown_by="b", now=NOW)
    assert (raised.value.reason, a.accused()) == ("logboek-handtekening", [])


def test_checkpoints_of_two_logs_never_go_together(log: TwoFaced) -> None:
    face = log.faces["a"]
    one = checkpoint.opened(face.checkpoint(), (face.key,))
    other = checkpoint.Checkpoint("another.test/log", one.size, one.root)
    with pytest.raises(errors.ProtocolFailure):
        growth.require_grown(one, other, lambda tile: log.fetch("a", tiles.path(tile, one.size)))


# over HTTP


@pytest.fixture
def address(log: TwoFaced) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            face, _, path = self.path.removeprefix("/").partition("/log/")
            try:
                octets = log.fetch(face, path)
            except errors.SluisError:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_given: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def run(log: TwoFaced, address: str, folder: Path, *more: str, face: str = "a") -> Result:
    key = folder / f"{face}.key"
    if not key.exists():
        assert CliRunner().invoke(app, ["authority", "new-key", str(key)]).exit_code == 0
    log_key = Verifier(ORIGIN, log.faces[face].key.key).text()
    given = ["--url", f"{address}/{face}/log", "--log-key", log_key, "--book", str(folder / f"{face}.sqlite")]
    argv = ["log", "witness", "--key", str(key), "--name", f"getuige.test/{face}", *given, "--once", "--json", *more]
    return CliRunner().invoke(app, argv)


def test_the_command_finds_the_split_and_goes_on_saying_so(log: TwoFaced, address: str, tmp_path: Path) -> None:
    log.grow("a", 30)
    log.grow("b", 20)
    first = run(log, address, tmp_path)
    assert (first.exit_code, json.loads(first.output)["looked"]["size"]) == (0, 330), first.output
    assert run(log, address, tmp_path, face="b").exit_code == 0
    other = str(tmp_path / "b.note")
    split = run(log, address, tmp_path, "--compare", other)
    told = json.loads(split.output)["error"]
    assert (split.exit_code, told["code"]) == (1, "logboek-gevorkt"), split.output
    assert "evidence" in told["next_step"]
    again = run(log, address, tmp_path)
    assert (again.exit_code, json.loads(again.output)["error"]["code"]) == (1, "logboek-gevorkt")
    shown = CliRunner().invoke(app, ["log", "evidence", str(tmp_path / "a.sqlite"), "--origin", ORIGIN, "--json"])
    (pair,) = json.loads(shown.output)
    assert pair["shown_by"] == other
    assert all(f"{ORIGIN}\n{size}\n" in pair[name] for name, size in (("first", 330), ("second", 320)))


def test_the_command_compares_with_an_address_and_finds_one_log(log: TwoFaced, address: str, tmp_path: Path) -> None:
    said = run(log, address, tmp_path, "--compare", f"{address}/b/log/checkpoint")
    assert said.exit_code == 0, said.output
    assert list(json.loads(said.output)["compared"].values()) == [300]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--name", "a name"), "getuigenaam-onjuist"),
        (("--compare", "nothing.note"), "geen-bestand"),
        (("--key", "nothing.key"), "geheim-ontbreekt"),
        (("--log-key", ""), "ontbreekt"),
    ],
)
def test_wrong_input_is_told_with_its_code(
    log: TwoFaced, address: str, tmp_path: Path, more: tuple[str, ...], code: str
) -> None:
    said = run(log, address, tmp_path, *more)
    assert said.exit_code == 1
    assert json.loads(said.output)["error"]["code"] == code
