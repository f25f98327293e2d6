"""The whole demo in a folder of its own, for the tests of journeys: start, look, shift the clock, kill, end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psycopg
from demo_running import wait_for

from sluis.client import config
from sluis.client.config import Partner
from sluis.client.session import Matter, Session
from sluis.demo import services, world
from sluis.demo.layout import Layout
from sluis.wire import clock

READY = 90


class Demo:
    """`sluis-demo run` in `folder`, as its user would start it; `still` is without the simulation."""

    def __init__(self, folder: Path, *, still: bool = True) -> None:
        self.folder, self._still = folder, still
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        argv = [services.program("sluis-demo"), "run", *(["--still"] if self._still else []), "--dir", str(self.folder)]
        self.process = subprocess.Popen(argv, stdout=log, stderr=log)
        wait_for(self._is_up, READY)
        self.wait_for_keys()

    def _is_up(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder.parent / f"{self.folder.name}.log").read_text()
        return bool(self.state())

    def state(self) -> dict[str, Any]:
        file = self.folder / "state.json"
        return msgspec.json.decode(file.read_bytes()) if file.exists() else {}

    def life(self) -> dict[str, Any]:
        """How far the simulation is."""
        file = self.folder / "life.json"
        return json.loads(file.read_bytes()) if file.exists() else {"deeds": 0, "published": 0, "waves": 0}

    def url(self, name: str) -> str:
        return str(self.state()["urls"][name])

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def partner(self, slug: str) -> Partner:
        return config.load(self.folder / "config" / f"{slug}.toml")

    def session(self, slug: str, store: Path | None = None) -> Session:
        """A session as this partner, with a store of the test's own so that a running gateway keeps its file."""
        partner = self.partner(slug)
        own = store or self.folder.parent / f"{slug}-{os.getpid()}.db"
        return Partner(msgspec.structs.replace(partner.config, store=str(own)), partner.folder).session()

    def wait_for_keys(self) -> None:
        """Until holders and edge say that they have policy and keys."""
        names = ("edge", *(one.slug for one in world.HOLDERS))
        wait_for(lambda: all(self._status(name) == "ok" for name in names), READY)

    def _status(self, name: str) -> str:
        try:
            return str(httpx.get(f"{self.url(name)}/v1/health").json().get("status"))
        except httpx.HTTPError:
            return "away"

    @contextmanager
    def shifted(self, days: int) -> Iterator[None]:
        """All services and this test live `days` later; the policy authority signs for then, and again for now."""
        file = self.folder / "clock"
        try:
            self._shift(file, days * world.DAY)
            yield
        finally:
            self._shift(file, 0)

    def _shift(self, file: Path, seconds: int) -> None:
        before = self._serial()
        file.write_text(str(seconds))
        wait_for(lambda: self._serial() > before and self._is_in_force(), READY)
        self.wait_for_keys()

    def _is_in_force(self) -> bool:
        """Whether the holders saw the last snapshot in the log. Handing it in again changes nothing and says so;
        a hub that a test has just killed says nothing yet."""
        body = (self.folder / "snapshot.json").read_bytes()
        try:
            answer = httpx.post(f"{self.url('web')}/v1/beleid", content=body, headers={"content-type": "application/json"})
        except httpx.HTTPError:
            return False
        return bool(answer.is_success and answer.json()["state"] == "in-force")

    def _serial(self) -> int:
        kept = json.loads((self.folder / "authority.json").read_text())
        return int(kept["serial"])

    def kill(self, name: str) -> None:
        """SIGKILL to a service's whole group."""
        os.killpg(self.state()["services"][name], signal.SIGKILL)

    def connect(self) -> psycopg.Connection:
        """The database as its owner."""
        return psycopg.connect(Layout.of(self.folder, first_port=None).cluster.url("sluis_owner"), autocommit=True)

    def run(self, *argv: str, slug: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """The command `sluis` as this partner."""
        file = str(self.folder / "config" / f"{slug}.toml")
        environment = {**os.environ, "SLUIS_CONFIG": file, clock.VARIABLE: str(self.folder / "clock")}
        return subprocess.run(
            [services.program("sluis"), *argv], input=given, capture_output=True, text=True, env=environment, check=False
        )


def matter(case: str = "zaak 2026-17") -> Matter:
    return Matter(world.CIRCLE_NAME, case, world.PURPOSES[0])


def invented_iban(number: int) -> str:
    """An IBAN with right check digits of a bank code no bank has."""
    bban = f"TEST{number:010d}"
    digits = "".join(str(int(sign, 36)) for sign in f"{bban}NL00")
    return f"NL{98 - int(digits) % 97:02d}{bban}"


def until(happens: Callable[[], Any], limit: float = 60) -> Any:
    end = time.monotonic() + limit
    while not (found := happens()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
    return found
