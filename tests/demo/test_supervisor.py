"""The supervisor: what it starts works, comes back, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from sluis.demo.postgres import Cluster

HARNESS = Path(__file__).with_name("harness.py")


class Running:
    """The harness in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self.groups: list[int] = []

    def start(self) -> dict[str, Any]:
        self.process = subprocess.Popen([sys.executable, str(HARNESS), str(self.folder)])
        wait_for(lambda: self.state() and self.state()["pid"] == self.process.pid, 60)
        return self.state()

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


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    found = Running(tmp_path / "demo")
    yield found
    if found.process and found.process.poll() is None:
        found.process.terminate()
        found.process.wait(30)


def test_a_killed_service_is_started_again(running: Running) -> None:
    before = running.start()["services"]["tiny"]
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: running.state()["services"].get("tiny", before) != before, 10)


def test_a_stop_leaves_nothing_and_a_restart_finds_the_data(running: Running) -> None:
    running.start()
    running.remember()
    with running.connect() as connection:
        connection.execute("CREATE TABLE kept (n int)")
    running.process.terminate()
    assert running.process.wait(30) == 0
    wait_for(lambda: running.left() == [], 2)
    assert not (running.folder / "postgres" / "postmaster.pid").exists()
    running.start()
    with running.connect() as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_kill_9_of_the_supervisor_leaves_nothing_and_it_starts_again(running: Running) -> None:
    running.start()
    running.remember()
    running.process.kill()
    running.process.wait()
    wait_for(lambda: running.left() == [], 15)
    running.start()


def test_a_stale_pid_file_with_somebody_elses_number_does_not_block(running: Running) -> None:
    running.start()
    running.process.terminate()
    running.process.wait(30)
    (running.folder / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{running.folder}/postgres\n")
    running.start()


def test_a_second_demo_in_the_same_folder_is_refused(running: Running) -> None:
    running.start()
    argv = [sys.executable, str(HARNESS), str(running.folder)]
    second = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode != 0
    assert "draait-al" in second.stderr or "already" in second.stderr


def test_postgresql_does_not_run_as_root(running: Running) -> None:
    pid = running.start()["services"]["postgres"]
    owner = subprocess.run(["ps", "-o", "uid=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    assert int(owner) != 0


def test_services_roles_own_nothing_and_bypass_nothing(running: Running) -> None:
    running.start()
    with running.connect() as connection:
        rows = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'sluis\\_%'"
        ).fetchall()
    rights = {name: tuple(flags) for name, *flags in rows}
    for role in ("sluis_web", "sluis_edge", "sluis_worker"):
        assert rights[role] == (False, False, False)
