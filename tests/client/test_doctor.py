"""`sluis doctor` against set-ups that are wrong: each is found, with cause and next step, and nothing else is blamed."""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest
from typer.testing import CliRunner

from sluis.client import config, doctor, testing
from sluis.client.cli.main import app
from sluis.client.gateway import address
from sluis.client.premises import Finding
from sluis.client.testing import EDGE, WEB, FakeSluis
from sluis.core.exchange import notices
from sluis.demo.layout import free_ports
from sluis.wire import clock

NAMES = ["configuration", "key", "store", "database", "token", "desk", "webhook", "gateway", "hub", "edge", "clock"]
NOBODY = 65_534
POLICY = ["policy snapshot", "protected list", "membership", "keys", "key holders", "clocks of holders", "log", "stream"]


class World:
    """A partner's folder, and around it services that say what `said` holds, with clocks that run `ahead`."""

    def __init__(self, folder: Path, fake: FakeSluis) -> None:
        self.folder, self.fake = folder, fake
        self.said: dict[str, dict[str, Any] | None] = {}
        self.ahead: dict[str, int] = {}
        self.stream = "event: reached\nid: 0\ndata: 0\n\n"
        self.settings: dict[str, Any] = {"web": WEB, "edge": EDGE, "key": "own.key", "store": "own.sqlite"}
        self.settings["policy-keys"] = sorted(key.hex() for key in fake.pinned)
        private = fake._members["shop"].key.private_bytes_raw().hex()
        self.gateway: dict[str, Any] = {"port": free_ports(1)[0], "token": "own.token", "desk-code": "own.desk"}
        for name, text in (("own.key", private), ("own.token", "22" * 24), ("own.desk", "een lange code")):
            self.secret(name, text)

    def secret(self, name: str, text: str, mode: int = 0o600) -> None:
        file = self.folder / name
        file.write_text(text)
        file.chmod(mode)

    @property
    def file(self) -> Path:
        """The configuration as the settings are now."""
        lines = [f"{name} = {json.dumps(value)}" for name, value in self.settings.items()]
        lines += ["[gateway]", *(f"{name} = {json.dumps(value)}" for name, value in self.gateway.items())]
        file, text = self.folder / "sluis.toml", "\n".join(lines)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)
        return file

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The health of a service that is asked for it, notices that are up to date; the fake's own answer to anything else."""
        if request.url.path == "/v1/berichten":
            return httpx.Response(200, text=self.stream, headers={"content-type": "text/event-stream"})
        if request.url.path != "/v1/health":
            return self.fake._handle(request)
        host = request.url.host.partition(".")[0]
        usual = {"service": "keyholder" if host.startswith("holder") else host, "status": "ok"}
        said = self.said.get(host, usual)
        if said is None:
            raise httpx.ConnectError("away")
        date = formatdate(clock.now() - self.ahead.get(host, 0), usegmt=True)
        return httpx.Response(200, json=said, headers={"date": date})

    def look(self) -> dict[str, Finding]:
        found = doctor.examine(self.file, http=httpx.Client(transport=httpx.MockTransport(self.answer)))
        return {one.name: one for one in found}

    def only_wrong(self, name: str) -> Finding:
        """What was found of `name`; nothing else is wrong, and there is a step."""
        found = self.look()
        assert [one.name for one in found.values() if not one.well] == [name], found
        assert found[name].next_step
        return found[name]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A good set-up of the member `shop` of the fake, as its commands would find it."""
    made = World(tmp_path, FakeSluis())
    client = httpx.Client(transport=httpx.MockTransport(made.answer))
    monkeypatch.setattr(config, "httpx", SimpleNamespace(Client=lambda **_given: client))
    return made


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets seconds pass on the clock of this machine."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv(clock.VARIABLE, str(file))
    return lambda seconds: file.write_text(str(seconds)) and None


@contextlib.contextmanager
def listening(body: bytes) -> Iterator[int]:
    """A program that answers `body` to everything; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - named by the standard library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_good_set_up_is_found_well_to_its_end(world: World) -> None:
    found = world.look()
    assert list(found) == NAMES + POLICY
    assert all(one.well for one in found.values()), found
    assert "is free" in found["gateway"].found
    assert found["membership"].found == "shop in proeftuin"


def test_a_missing_setting_and_wrong_policy_keys_are_told_together(world: World) -> None:
    world.settings |= {"edge": "", "policy-keys": ["00" * 32] * 3}
    told = world.only_wrong("configuration")
    assert "edge" in told.next_step
    assert "three different policy keys" in told.next_step


@pytest.mark.parametrize(("mode", "said"), [(None, "missing"), (0o644, "mode 600")])
def test_a_key_that_is_missing_or_open_to_others(world: World, mode: int | None, said: str) -> None:
    file = world.folder / "own.key"
    file.unlink() if mode is None else file.chmod(mode)
    told = world.only_wrong("key")
    assert said in told.found


@pytest.mark.parametrize("before", [False, True], ids=["at once", "after a good start"])
def test_policy_keys_of_another_authority_blame_the_policy_not_the_key(world: World, before: bool) -> None:
    if before:
        world.look()
    world.settings["policy-keys"] = [f"{number:064x}" for number in (1, 2, 3)]
    told = world.only_wrong("policy snapshot")
    assert "Compare policy-keys" in told.next_step


def test_a_snapshot_whose_term_is_over(world: World, later: Callable[[int], None]) -> None:
    later(8 * 86_400)
    told = world.only_wrong("policy snapshot")
    assert "expired" in told.found
    assert "policy authority signs again" in told.next_step


@pytest.mark.parametrize(("name", "host"), [("hub", "web"), ("edge", "edge")])
def test_a_service_that_is_away_closed_or_at_anothers_address(world: World, name: str, host: str) -> None:
    world.said[host] = None
    assert "does not answer" in world.only_wrong(name).found
    world.said[host] = {"service": host, "status": "closed"}
    assert "says closed" in world.only_wrong(name).found
    world.said[host] = {"service": "keyholder", "status": "ok"}
    assert "is the address of keyholder" in world.only_wrong(name).found


def test_one_holder_away_is_named_and_two_are_too_many(world: World) -> None:
    world.said["holder2"] = {"service": "keyholder", "status": "closed"}
    told = world.look()["key holders"]
    assert told.well
    assert "2 of 3 answer, 2 needed; holder 2" in told.found
    world.said["holder3"] = None
    assert "1 of 3 answer" in world.only_wrong("key holders").found


def test_a_holder_whose_clock_is_off_is_named(world: World) -> None:
    world.ahead = {"holder2": 301}
    assert "holder 2 301 s" in world.only_wrong("clocks of holders").found


def test_what_a_holder_says_of_the_log_it_witnesses_is_told(world: World) -> None:
    world.said["holder1"] = {"service": "keyholder", "status": "ok", "log": "logboek-gevorkt"}
    told = world.only_wrong("log")
    assert "holder 1 says logboek-gevorkt" in told.found
    assert "supervisor" in told.next_step


def test_a_stream_that_ends_before_it_is_up_to_date(world: World) -> None:
    world.stream = "event: beat\ndata: 0\n\n"
    assert "ended the stream" in world.only_wrong("stream").found


@pytest.mark.parametrize(("differs", "days", "said"), [(False, 3, "3 day(s) ago"), (True, 0, "differed")])
def test_a_replica_that_was_left_behind_or_differed(
    world: World, later: Callable[[int], None], differs: bool, days: int, said: str
) -> None:
    world.fake.sign_policy(serial=2, sections=(msgspec.structs.replace(world.fake.section(), mode="replica"),))
    session = world.fake.session("shop", store=str(world.folder / "own.sqlite"))
    stream = notices.replica_stream(world.fake.record.id)
    session.store.replica.hear(stream, now=clock.now(), place=5)
    session.store.replica.note_digest(stream, differs=differs)
    later(days * 86_400)
    assert said in world.only_wrong("stream").found


def spoil(file: Path) -> None:
    """Octets in the middle of a file are others than were written."""
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("CREATE TABLE filled (octets BLOB)")
        database.executemany("INSERT INTO filled VALUES (?)", [(os.urandom(900),) for _ in range(500)])
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with file.open("r+b") as octets:
        octets.seek(file.stat().st_size // 2)
        octets.write(b"\xff" * 9_000)


@pytest.mark.parametrize(("name", "step"), [("replica", "read again"), ("casebook", "backup")])
def test_a_damaged_file_is_named_with_what_helps(world: World, name: str, step: str) -> None:
    world.look()
    gc.collect()
    spoil(world.folder / f"own-{name}.sqlite")
    told = world.only_wrong("database")
    assert told.found == f"damaged: {name}"
    assert step in told.next_step


@pytest.mark.parametrize(("seconds", "said"), [(301, "301 s ahead"), (-301, "301 s behind")])
def test_a_clock_that_is_minutes_off_is_yours_when_both_services_say_so(world: World, seconds: int, said: str) -> None:
    world.ahead = {"web": seconds, "edge": seconds}
    told = world.only_wrong("clock")
    assert said in told.found
    assert "NTP" in told.next_step
    world.ahead = {"edge": seconds}
    assert world.only_wrong("clock").found == "the clock of the edge is off"


def test_a_store_in_no_folder_and_one_that_another_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.settings["store"] = "no/such/folder.sqlite"
    assert "cannot be used" in world.only_wrong("store").found
    world.settings["store"] = "own.sqlite"
    world.look()
    held = sqlite3.connect(world.folder / "own.sqlite", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    assert "locked" in world.only_wrong("store").found
    held.close()


def test_a_store_that_this_account_may_read_and_not_write(world: World) -> None:
    world.look()
    with tempfile.TemporaryDirectory() as name:
        mine = World(Path(name), world.fake)
        mine.look()
        gc.collect()  # SQLite shares what one process has open already
        for file in (*mine.folder.glob("own.sqlite"), mine.folder):
            file.chmod(0o500)
        with as_ordinary_user(mine.folder):
            told = mine.only_wrong("store")
        mine.folder.chmod(0o700)
    assert "cannot be used" in told.found
    assert "may write in" in told.next_step


@contextlib.contextmanager
def as_ordinary_user(folder: Path) -> Iterator[None]:
    """Root may write whatever the mode says, so it becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    for file in (folder, *folder.iterdir()):
        os.chown(file, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_desk_without_a_code_is_told_and_no_fault(world: World) -> None:
    world.gateway["desk-code"] = ""
    told = world.look()["desk"]
    assert told.well
    assert "no pages" in told.found
    assert "desk-code" in told.next_step
    world.gateway["desk-code"] = "own.desk"
    world.secret("own.desk", "kort")
    assert "at least 12 signs" in world.only_wrong("desk").found


def test_a_token_and_a_webhook_secret_that_are_missing_or_wrong(world: World) -> None:
    (world.folder / "own.token").unlink()
    assert "openssl" in world.only_wrong("token").next_step
    world.secret("own.token", "22" * 24)
    world.gateway |= {"webhook": "https://bank.example/sluis", "webhook-secret": "own.whsec"}
    world.secret("own.whsec", "whsec_kort")
    assert "whsec_" in world.only_wrong("webhook").next_step
    world.secret("own.whsec", "whsec_" + "QUJD" * 8)
    assert world.look()["webhook"].found == "alerts go to bank.example"


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"hello", "another program"), (b'{"service":"gateway","status":"ok","code":"geen-toegang"}', "another gateway runs")],
)
def test_a_port_that_something_else_has(world: World, body: bytes, said: str) -> None:
    with listening(body) as world.gateway["port"]:
        assert said in world.only_wrong("gateway").found


def test_a_port_where_something_listens_that_says_nothing(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        world.gateway["port"] = silent.getsockname()[1]
        assert "another program" in world.only_wrong("gateway").found


def test_ones_own_gateway_at_its_port_is_well(world: World) -> None:
    with listening(b'{"service":"gateway","status":"ok"}') as world.gateway["port"]:
        told = world.look()["gateway"]
    assert told.well
    assert "this gateway runs" in told.found


def test_an_address_that_is_not_of_this_machine(world: World) -> None:
    world.gateway["host"] = "192.0.2.7"
    assert "no address of this machine" in world.only_wrong("gateway").found


def test_the_base_without_the_gateway_says_what_to_install(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(address.importlib.util, "find_spec", lambda name: None if name == "uvicorn" else real(name))
    assert "pip install 'sluis[gateway]'" in world.only_wrong("gateway").next_step


def test_the_base_is_enough_where_the_gateway_runs_from_elsewhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(address.importlib.util, "find_spec", lambda name: None if name == "uvicorn" else real(name))
    with listening(b'{"service":"gateway","status":"ok"}') as world.gateway["port"]:
        assert all(one.well for one in world.look().values())


def test_a_key_in_no_circle_is_printed_to_be_sent(world: World) -> None:
    world.secret("own.key", "33" * 32)
    world.settings["store"] = "other.sqlite"
    told = world.only_wrong("membership")
    assert "no member of any circle" in told.found
    assert told.next_step.endswith("17cb79fb2b4120f2b1ec65e4198d6e08b28e813feb01e4a400839b85e18080ce")


def test_a_revoked_key_is_told_and_a_new_one_asked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = world.fake.session("shop").key
    monkeypatch.setattr("sluis.core.exchange.policy.Snapshot.is_revoked", lambda _self, key: key == mine)
    told = world.only_wrong("membership")
    assert "revoked" in told.found
    assert "new-key" in told.next_step


@pytest.mark.parametrize(("name", "said"), [("circle", "you are in proeftuin"), ("purpose", testing.PURPOSE)])
def test_a_default_that_is_misspelt_is_told_with_what_there_is(world: World, name: str, said: str) -> None:
    world.settings[name] = "elders"
    assert said in world.only_wrong("membership").found


def test_a_policy_that_names_another_protected_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluis.client.session.NORMALISER_VERSION", 999)
    assert "Update Sluis" in world.only_wrong("protected list").next_step


def test_the_command_prints_steps_and_json_the_same(world: World) -> None:
    (world.folder / "own.key").chmod(0o644)
    said = CliRunner().invoke(app, ["doctor", "--config", str(world.file)])
    assert said.exit_code == 1
    assert "NOT key: The credential file own.key must be readable by its owner only" in said.output
    assert "next: Take the rights of others away" in said.output
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json", "--config", str(world.file)]).stdout)
    assert found[1] | {"found": ""} == {"name": "key", "well": False, "found": "", "next_step": found[1]["next_step"]}
    assert "chmod 600" in found[1]["next_step"]
