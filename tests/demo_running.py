"""The small demo of `harness.py` as tests start, watch and end it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psycopg

from sluis.demo.postgres import Cluster

HARNESS = Path(__file__).with_name("demo") / "harness.py"


class Running:
    """The harness in a folder of its own."""

    def __init__(self, folder: Path, *more: str, whole: bool = False) -> None:
        demo = (str(Path(sys.executable).parent / "sluis-demo"), "run", "--still", "--dir", str(folder), *more)
        self.folder, self.argv = folder, demo if whole else (sys.executable, str(HARNESS), str(folder), *more)
        self.process: subprocess.Popen[bytes] | None = None
        self.groups: list[int] = []

    def start(self) -> dict[str, Any]:
        self.process = subprocess.Popen(self.argv)
        wait_for(self._is_up, 60)
        return self.state()

    def _is_up(self) -> bool:
        assert self.process.poll() is None, "it ended by itself"
        return self.state().get("pid") == self.process.pid

    def state(self) -> dict[str, Any]:
        file = self.folder / "state.json"
        return msgspec.json.decode(file.read_bytes()) if file.exists() else {}

    def connect(self) -> psycopg.Connection:
        ports = msgspec.json.decode((self.folder / "ports.json").read_bytes())
        url = Cluster(self.folder / "postgres", self.folder / "keys", ports["postgres"]).url("sluis_owner")
        return psycopg.connect(url, autocommit=True)

    def left(self) -> list[str]:
        """Processes that mention the folder, and process groups of services that still have somebody in them."""
        table = subprocess.run(["ps", "-eo", "pid,command"], capture_output=True, text=True, check=True).stdout
        mine = [line for line in table.splitlines() if str(self.folder) in line and "pytest" not in line]
        return mine + [f"group {group}" for group in self.groups if alive(group)]

    def remember(self) -> None:
        self.groups = list(self.state()["services"].values())


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(happens: Callable[[], Any], limit: float) -> None:
    end = time.monotonic() + limit
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def end(running: Running) -> None:
    if running.process and running.process.poll() is None:
        running.process.terminate()
        running.process.wait(30)
