"""The supervisor: what it starts works, comes back, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_running import HARNESS, Running, end, wait_for


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    found = Running(tmp_path / "demo")
    yield found
    end(found)


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
