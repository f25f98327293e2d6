"""One demo from start to stop: database, hub, policy, holders, edge, gateways; then watching until a signal comes."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import httpx
import msgspec

from sluis.core import errors
from sluis.demo import anew, auditing, life, seed, services
from sluis.demo.authority import Authority
from sluis.demo.layout import Layout
from sluis.demo.processes import Service, Supervisor
from sluis.wire import clock, credentials, problems

READY: Final = 60.0
_LOOK: Final = 0.4
_RETRY: Final = 5.0


class _Offered(msgspec.Struct):
    state: str


class Demo:
    """The running demo."""

    def __init__(self, layout: Layout, *, still: bool = False) -> None:
        self.layout, self._still = layout, still
        self.supervisor = Supervisor(layout.logs, told=layout.folder)
        self._authority = Authority(layout.folder, layout.keyring, layout.addresses())
        self._stopped = False
        self._last_try = 0.0
        self._told: dict[str, Any] = {}

    def start(self) -> None:
        """Starts everything and waits until it works. Raises Unavailable `start-mislukt`."""
        self._start_database()
        self.supervisor.run_once(services.migrate(self.layout))
        self._start(services.hub(self.layout))
        self.publish_policy()
        self._start(services.readers(self.layout))
        self._wait_in_force()
        seed.fill(self.layout, self.supervisor, self._authority.start(clock.now()))
        self._start([*services.partners(self.layout), services.live(self.layout, follow=not self._still)])
        if not self._still:
            self._start([life.service(self.layout), auditing.service(self.layout)])

    def _start_database(self) -> None:
        cluster = self.layout.cluster
        cluster.prepare()
        self.supervisor.start(cluster.service())
        self.supervisor.wait_ready("postgres", limit=READY, check=cluster.is_ready)
        cluster.create_roles()

    def _start(self, wanted: Iterable[Service]) -> None:
        wanted = list(wanted)
        for service in wanted:
            self.supervisor.start(service)
        for service in wanted:
            self.supervisor.wait_ready(service.name, limit=READY)

    def publish_policy(self) -> None:
        """Signs a snapshot and hands it to web. Raises what web answered, or Unavailable `niet-bereikbaar`."""
        self._hand_in(self._authority.sign(clock.now()))

    def _wait_in_force(self) -> None:
        # In force once enough holders saw it in the log; handing in the same again changes nothing and says how it stands.
        end = time.monotonic() + READY
        while self._hand_in(self._authority.signed()) != "in-force":
            if time.monotonic() > end:
                raise errors.Unavailable("The holders do not cosign the log; look at logs/ of each.", code="start-mislukt")
            time.sleep(_LOOK)

    def _hand_in(self, body: bytes) -> str:
        try:
            answer = httpx.post(
                f"{self.layout.url('web')}/v1/beleid",
                content=body,
                headers={"content-type": "application/json"},
                timeout=10,
            )
        except httpx.HTTPError as error:
            raise errors.Unavailable(f"web does not answer ({type(error).__name__}).") from None
        if not answer.is_success:
            raise problems.from_problem(answer.status_code, answer.content)
        return msgspec.json.decode(answer.content, type=_Offered).state

    def run(self) -> None:
        """Watches until SIGTERM or SIGINT, and signs a new snapshot each day."""
        while not self._stopped:
            self.supervisor.tend()
            self.tell()
            self._renew_policy()
            time.sleep(_LOOK)

    def tell(self) -> dict[str, Any]:
        """Keeps `state.json` true: rewritten when a service got another process id. Returns what it tells."""
        told = state(self.layout, self.supervisor.pids())
        if told != self._told:
            credentials.write(self.layout.folder / "state.json", msgspec.json.encode(told))
            self._told = told
        return told

    def _renew_policy(self) -> None:
        if not self._authority.is_due(clock.now()) or time.monotonic() - self._last_try < _RETRY:
            return
        self._last_try = time.monotonic()
        try:
            self.publish_policy()
        except errors.SluisError as error:
            print(f"policy not renewed: {error.reason}", flush=True)

    def ask_to_stop(self, _number: int, _frame: object) -> None:
        """Signal handler: a start in progress is broken off, a running demo ends its round."""
        self._stopped = True
        raise KeyboardInterrupt


def state(layout: Layout, pids: dict[str, int]) -> dict[str, Any]:
    """What `state.json` tells: process ids, addresses, folders."""
    urls = {name: layout.url(name) for name in layout.ports if name != "postgres"}
    return {
        "pid": os.getpid(),
        "urls": urls,
        "ports": layout.ports,
        "services": pids,
        "folder": str(layout.folder.resolve()),
        "accounts": seed.accounts(layout),
        "codes": seed.codes(layout),
    }


@dataclass(frozen=True, slots=True)
class How:
    """How a demo runs: its first port (None: any that are free, or those it had), and whether nothing happens by itself."""

    first_port: int | None = None
    still: bool = False


def run(folder: Path, how: How, *, announce: Any) -> None:
    """Runs the demo in `folder` until a signal comes. Raises Conflict `draait-al`, Unavailable `start-mislukt`."""
    with _lock(folder):
        os.environ[clock.VARIABLE] = str(folder / "clock")
        anew.begin(folder)
        layout = Layout.of(folder, first_port=how.first_port)
        layout.keyring.ensure()
        _ensure_files(layout)
        demo = Demo(layout, still=how.still)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, demo.ask_to_stop)
        try:
            demo.start()
            announce(demo.tell())
            demo.run()
        except KeyboardInterrupt:
            pass
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            demo.supervisor.stop()
            (folder / "state.json").unlink(missing_ok=True)


def _ensure_files(layout: Layout) -> None:
    if not layout.clock.exists():
        layout.clock.write_text("0")
    secret = layout.keyring.file("web.secret")
    if not secret.exists():
        credentials.write(secret, os.urandom(32).hex().encode())


def _lock(folder: Path) -> IO[str]:
    file = (folder / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise errors.Conflict("A demo is running in this folder already.", code="draait-al") from None
    return file
