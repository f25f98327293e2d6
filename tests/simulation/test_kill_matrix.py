"""Every service of the running demo killed, again and again at random moments, while partners go on; against the model.

The sequence is that of `test_partners_against_a_model`, over real processes and sockets: sharing, asking, watching, disputing,
deciding, opening contexts, feedback, taking back. Who gets no answer tries again. After each service's turn: nothing that was
accepted is lost or doubled, entries, alerts, notices and replicas are what the model says, the database tells no identifier,
and `sluis log verify` holds. `SLUIS_SEED=<seed>` repeats the sequence; at which moments it is killed, chance decides.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, TypeVar

import httpx
import psycopg
import pytest
from journeys.world import Demo, invented_iban, until
from trust.test_no_identifier import found_in

from simulation.deeds import Run
from simulation.model import HIT, WATCH, Model, reference
from simulation.steps import CONTEXT, MANY, PARTNERS
from sluis.client import check, following, publish
from sluis.client.following import Following
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import notices
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.words import Grade
from sluis.core.identifiers import normalise
from sluis.demo import world
from sluis.wire import clock

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kill")]
SLUGS = {
    "bank": "kadebank",
    "sister": "zeilmakerij",
    "shop": "lantaarn",
    "carrier": "pakketboot",
    "desk": "vuurtoren",
    "body": "raadhuis",
}
SERVICES = ("web", "worker", "edge", *(party.slug for party in world.HOLDERS), "postgres")
LIMIT = 90
BODY = {"amount": 1, "channels": [], "form": CONTEXT.form, "phases": [], "role": "payee", "status": "open", "v": 1}
Answer = TypeVar("Answer")


@dataclass
class Besieged:
    """The demo as a simulation's house: its partners' own files, and sessions over real sockets."""

    demo: Demo
    folder: Path

    def __post_init__(self) -> None:
        probe = self.session("probe")
        section, _member = probe.membership(world.SHOPS_NAME)
        record = probe.directory.key(section, normalise.parse("iban", invented_iban(1)).type)
        self.settings, self.faults, self.down = section, [], set()
        self.circle = SimpleNamespace(members=SLUGS, name=world.SHOPS_NAME, record=record, now=clock.now())

    def session(self, name: str) -> Session:
        return self.demo.session(SLUGS.get(name, "tolhuis"), self.folder / f"{name}.sqlite")

    def matter(self, case: str) -> Matter:
        return Matter(world.SHOPS_NAME, case, world.PURPOSES[0])

    def row(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """One row of the hub's database, or None; it may be away for a moment."""
        return next(iter(until(lambda: self._rows(query, values), LIMIT)[0]), None)

    def _rows(self, query: str, values: tuple[object, ...]) -> list[list[tuple[Any, ...]]]:
        try:
            with self.demo.connect() as connection:
                return [connection.execute(query, values).fetchall()]
        except psycopg.Error:
            return []


class Siege(Run):
    """A life in which services die, and calls are made again until they are answered."""

    house: Besieged  # type: ignore[assignment]

    def deeds(self) -> dict[Callable[[], None], int]:
        left_out = (self.send_twice, self.copy_tag, self.share_together, self.days, self.restart)
        return {deed: often for deed, often in super().deeds().items() if deed not in left_out}

    def surely(
        self, name: str, work: Callable[[Session], Answer], *, again: Callable[[Session], object] | None = None
    ) -> Answer | None:
        end = time.monotonic() + LIMIT
        while True:
            try:
                return work(self.sessions[name])
            except (errors.Unavailable, errors.TooMany) as error:
                # A budget of a minute is used up sooner by who asks again and again; the next minute has another.
                self.note("    ", name, error.reason)
                if time.monotonic() > end:
                    raise
                time.sleep(5 if isinstance(error, errors.TooMany) else 0.2)
            if again is not None and self.sessions[name].store.pending():
                work = again  # type: ignore[assignment]

    def output(self, what: int) -> bytes:
        place = (self.key, what)
        if place not in self.outputs:
            matter = self.house.matter("voor de toets")
            probe = self.house.session("probe")
            self.outputs[place] = _insist(lambda: check.check(probe, [self.items[what]], matter=matter)[0].output)
        return self.outputs[place]

    def _read_streams(self, session: Session) -> bool:
        self._await_edge()
        following.catch_up_notices(session)
        upkeep = Upkeep(session)
        next(event for event in upkeep._replica(self.house.circle.record) if event == "reached")
        upkeep._settle_notices()
        return True

    def _await_edge(self) -> None:
        """Until the edge has read what is committed."""
        (head,) = self.house.row("SELECT head FROM plumbing_stream WHERE name = 'entries'") or (0,)
        probe, stream = self.house.session("probe"), notices.replica_stream(self.key)
        until(lambda: _insist(lambda: _reached(probe, self.house.circle.record, stream)) >= head, LIMIT)
        probe.store.close()

    def compare(self) -> None:
        for what in range(MANY):
            row = self.house.row("SELECT octets FROM exchange_entry WHERE key_id = %s AND tag = %s", self.key, self.tag(what))
            assert (row[0][17] if row else 0) == self.model.entry(what), f"the entry of {what}"
        for name in PARTNERS:
            self.read_on(name)
            self._compare(name)

    def whole(self) -> tuple[int, bytes]:
        """As a replica has it that is read from the begin."""
        file = self.house.folder / f"anew-{secrets.token_hex(4)}.sqlite"
        anew = self.house.demo.session("tolhuis", file)
        _insist(lambda: Following(anew, self.house.circle.record).catch_up())
        live, _last, digest = anew.store.replica.digest(self.key)
        anew.store.close()
        return live, digest


def _reached(probe: Session, record: Any, stream: str) -> int:
    Following(probe, record).catch_up()
    return probe.store.replica.place(stream).sequence


def _insist(work: Callable[[], Answer]) -> Answer:
    end = time.monotonic() + LIMIT
    while True:
        try:
            return work()
        except errors.Unavailable:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("siege") / "d"
    folder.mkdir()
    (folder / "clock").write_text("0")
    patch = pytest.MonkeyPatch()
    patch.setenv(clock.VARIABLE, str(folder / "clock"))
    running = Demo(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        patch.undo()


@pytest.fixture(scope="module")
def siege(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Siege:
    number = int(os.environ.get("SLUIS_SEED", "20261122"))
    house = Besieged(demo, tmp_path_factory.mktemp("partners"))
    one = Siege(house, Model({name: name for name in SLUGS}, k=1), Random(number), lambda _seconds: None)  # type: ignore[arg-type]
    one.note("SLUIS_SEED", number)
    return one


@contextmanager
def killing(demo: Demo, *names: str, times: int = 4) -> Iterator[threading.Thread]:
    """Kills these services so many times in all, each a random moment after it was up; the thread that does it."""

    def work() -> None:
        for _ in range(times):
            name = secrets.choice(names)
            until(lambda name=name: is_up(demo, name), LIMIT)
            time.sleep(secrets.SystemRandom().uniform(0.1, 1.5))
            with contextlib.suppress(ProcessLookupError, KeyError):
                demo.kill(name)
            time.sleep(0.5)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def is_up(demo: Demo, name: str) -> bool:
    """Whether a service runs, and answers when it listens."""
    with contextlib.suppress(httpx.HTTPError, psycopg.Error):
        if name == "postgres":
            demo.connect().close()
            return True
        return name in demo.state()["services"] and (name == "worker" or httpx.get(f"{demo.url(name)}/v1/health").is_success)
    return False


def require_order(siege: Siege, demo: Demo) -> None:
    """Everything is as the model says, nothing is readable, and the log holds."""
    siege.compare()
    known = [str(item) for item in siege.items]
    cases = [reference(what, why) for what in range(MANY) for why in (HIT, WATCH)]
    database = SimpleNamespace(connect=lambda _role: demo.connect())
    assert found_in(database, (*known, *cases)) == {}  # type: ignore[arg-type]
    until(lambda: verified(demo), LIMIT)


def verified(demo: Demo) -> bool:
    """Whether the log holds; while holders come back their cosignatures may be old."""
    said = demo.run("log", "verify", "--json", "--state", str(demo.folder / "verified.json"), slug="tolhuis")
    told = json.loads(said.stdout)
    assert told.get("error", {}).get("code", "") in ("", "logboek-getuigen", "logboek-verouderd", "niet-bereikbaar"), told
    return said.returncode == 0


@pytest.mark.parametrize("name", SERVICES)
def test_killed_while_partners_go_on_nothing_is_lost_doubled_or_readable(siege: Siege, demo: Demo, name: str) -> None:
    siege.note("now", name, "is killed")
    try:
        with killing(demo, name) as killer:
            while killer.is_alive():
                siege.step()
        demo.wait_for_keys()
        require_order(siege, demo)
    except BaseException as error:
        raise AssertionError(f"{siege.log[0]}: {error!r} after\n" + "\n".join(siege.log[-60:])) from error


def test_a_gateway_that_is_killed_loses_and_doubles_nothing_it_accepted(demo: Demo, tmp_path: Path) -> None:
    token = (demo.folder / "keys" / "lantaarn.token").read_text()
    ibans = [invented_iban(70_100 + number) for number in range(12)]
    matter = {"circle": world.SHOPS_NAME, "case": "bestelling 1", "purpose": world.PURPOSES[0]}

    def shared(iban: str) -> bool:
        item = {"identifier": iban, "grade": "B", "context": BODY}
        try:
            url = f"{demo.url('lantaarn')}/v1/signalen"
            answer = httpx.post(
                url, json={**matter, "type": "iban", "items": [item]}, headers={"authorization": f"Bearer {token}"}, timeout=20
            )
        except httpx.HTTPError:
            return False
        assert answer.is_success or answer.status_code == 503, answer.text
        return answer.is_success

    with killing(demo, "lantaarn"):
        for iban in ibans:
            until(lambda iban=iban: shared(iban), LIMIT)
    carrier = demo.session("pakketboot", tmp_path / "carrier.sqlite")
    for iban in ibans:
        found = check.check(carrier, [normalise.parse("iban", iban)], matter=Matter(*matter.values()))[0]
        assert isinstance(found.outcome, Hit)
        assert found.outcome.band == "1"
        with demo.connect() as database:
            rows = database.execute("SELECT count(*) FROM exchange_signal WHERE tag = %s", (bytes(found.tag),)).fetchone()
        assert rows == (1,)


def test_a_refresh_of_all_keys_survives_the_death_of_everybody_in_turn(demo: Demo, tmp_path: Path, siege: Siege) -> None:
    shop = demo.session("lantaarn", tmp_path / "shop.sqlite")
    item, matter = normalise.parse("iban", invented_iban(70_200)), siege.house.matter("bestelling 2")
    publish.publish(shop, [publish.Draft(item, CONTEXT, Grade.B)], matter=matter)
    with killing(demo, "web", "worker", *(party.slug for party in world.HOLDERS), times=6):
        demo._shift(demo.folder / "clock", 31 * world.DAY)
    until(lambda: generations(siege.house) == {2}, LIMIT)
    demo.wait_for_keys()
    carrier = demo.session("pakketboot", tmp_path / "carrier.sqlite")
    assert isinstance(_insist(lambda: check.check(carrier, [item], matter=matter)[0].outcome), Hit)
    until(lambda: verified(demo), LIMIT)


def generations(house: Besieged) -> set[int]:
    return set((house.row("SELECT array_agg(DISTINCT generation) FROM exchange_key WHERE epoch = 1") or ([],))[0])
