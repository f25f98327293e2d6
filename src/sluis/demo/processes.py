"""Starting, watching and ending services: one process group each, restarted when one dies, none left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from sluis.core import errors
from sluis.demo import guard
from sluis.demo.happenings import Diary

PATIENCE: Final = 10.0
_STEADY: Final = 30.0
_LONGEST_PAUSE: Final = 10.0
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Service:
    """One program of the demo. `ready` is an address that answers 200 once it works; None asks nothing."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: str | None = None
    signal: int = signal.SIGTERM


@dataclass(slots=True)
class _Running:
    service: Service
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    again: float | None = None


class Supervisor:
    """Runs services until `stop`. One thread only: the kernel's parent-death signal is about the thread that forked."""

    def __init__(self, folder: Path, *, told: Path | None = None) -> None:
        """`folder` gets one log file per service; `told` is the folder that says what happened to them."""
        self._folder = folder
        self._diary = Diary(told)
        self._checks: dict[str, Callable[[], bool]] = {}
        self._running: dict[str, _Running] = {}
        self._guard = _start_guard()

    def run_once(self, service: Service) -> None:
        """Runs a program to its end. Raises Unavailable `start-mislukt` with the end of its log."""
        running = self._spawn(service)
        code = running.process.wait()
        self._tell_guard(running.process.pid, 0)
        if code:
            raise self._failed(service, f"ended with code {code}")

    def start(self, service: Service) -> None:
        """Starts a service and watches it from now on."""
        self._running[service.name] = self._spawn(service)

    def wait_ready(self, name: str, *, limit: float, check: Callable[[], bool] | None = None) -> None:
        """Waits until a service works. Raises Unavailable `start-mislukt` when it does not within `limit` seconds."""
        service, end = self._running[name].service, time.monotonic() + limit
        works = self._checks[name] = check or (lambda: answers(service.ready))
        while not works():
            if time.monotonic() > end:
                raise self._failed(service, "did not get ready")
            self.tend()
            time.sleep(0.05)

    def tend(self) -> None:
        """One look at everything: what died is started again, after a pause that doubles."""
        now = time.monotonic()
        for running in list(self._running.values()):
            if running.process.poll() is None:
                continue
            if running.again is None:
                self._bury(running, now)
            elif now >= running.again:
                revived = self._spawn(running.service)
                revived.failures = running.failures
                self._running[running.service.name] = revived
        self._welcome()

    def _welcome(self) -> None:
        """Notes which services work again; one that says nothing of itself works when it runs."""
        for name in self._diary.away():
            running = self._running.get(name)
            if running and running.process.poll() is None and self._checks.get(name, lambda: True)():
                self._diary.is_back(name)

    def _bury(self, running: _Running, now: float) -> None:
        guard.send(running.process.pid, signal.SIGKILL)
        self._tell_guard(running.process.pid, 0)
        self._diary.went(running.service.name, running.process.returncode)
        running.failures = 1 if now - running.started > _STEADY else running.failures + 1
        running.again = now + min(_LONGEST_PAUSE, 0.1 * 2**running.failures)

    def pids(self) -> dict[str, int]:
        """The process id of each service that runs."""
        return {name: one.process.pid for name, one in self._running.items() if one.process.poll() is None}

    def stop(self) -> None:
        """Ends everything in the reverse order of its start, each group within ten seconds; then the guard."""
        for running in reversed(self._running.values()):
            self._end(running)
        self._running.clear()
        if self._guard.stdin:
            self._guard.stdin.close()
        self._guard.wait(PATIENCE)

    def _end(self, running: _Running) -> None:
        group = running.process.pid
        if running.process.poll() is None:
            guard.send(group, running.service.signal)
            try:
                running.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                guard.send(group, signal.SIGKILL)
                running.process.wait()
        guard.send(group, signal.SIGKILL)
        self._tell_guard(group, 0)

    def _spawn(self, service: Service) -> _Running:
        with (self._folder / f"{service.name}.log").open("ab") as log:
            process = subprocess.Popen(
                service.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **service.env},
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )
        self._tell_guard(process.pid, service.signal)
        return _Running(service, process, time.monotonic())

    def _tell_guard(self, group: int, number: int) -> None:
        pipe: IO[bytes] | None = self._guard.stdin
        if pipe:
            pipe.write(b"%d %d\n" % (group, number))
            pipe.flush()

    def _failed(self, service: Service, why: str) -> errors.Unavailable:
        log = (self._folder / f"{service.name}.log").read_text(errors="replace")
        return errors.Unavailable(f"{service.name} {why}:\n{log[-2000:]}", code="start-mislukt")


def answers(address: str | None) -> bool:
    """Whether `address` answers a GET with success; no address needs no answer."""
    if address is None:
        return True
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _start_guard() -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "sluis.demo.guard"]
    return subprocess.Popen(argv, stdin=subprocess.PIPE, start_new_session=True)


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
