"""The hub on a real database: one server a run, one freshly copied database a test, Django as the role it has in earnest.

A folder of tests that needs the hub imports these fixtures in its conftest.
"""

from __future__ import annotations

import copy
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sluis.site.settings.test")

import django
import psycopg
import pytest
from django.db import connections

from sluis.demo.postgres import Cluster

django.setup()

TEMPLATE = "hub_template"
SERVER = Path(__file__).with_name("hub_server.py")


@dataclass(frozen=True)
class Server:
    """The run's server. `url(role)` is in the test's own database."""

    cluster: Cluster
    name: str = TEMPLATE

    def url(self, role: str = "sluis_owner") -> str:
        return self.cluster.url(role).rsplit("/", 1)[0] + f"/{self.name}"

    def connect(self, role: str = "sluis_owner") -> psycopg.Connection:
        return psycopg.connect(self.url(role), autocommit=True)

    def maintain(self, statement: str) -> None:
        """Runs a statement as the superuser: only it may end a session of another that lingers."""
        with psycopg.connect(self.cluster._maintenance(), autocommit=True) as connection:
            connection.execute(statement)


def serve_as(server: Server, role: str) -> None:
    """Points Django at the server's database, as `role`."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict.update(
        NAME=server.name,
        USER=role,
        PASSWORD=server.url(role).split(":")[2].split("@")[0],
        HOST="127.0.0.1",
        PORT=str(server.cluster.port),
        OPTIONS={"server_side_binding": True},
    )


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _run_owner() -> int:
    """The process whose end is the run's end: under xdist the controller, which started this worker."""
    return os.getppid() if os.environ.get("PYTEST_XDIST_WORKER") else os.getpid()


def _started(folder: Path) -> Server:
    if not _is_running(folder):
        for old in ("port", "migrated"):
            (folder / old).unlink(missing_ok=True)
        subprocess.Popen([sys.executable, str(SERVER), str(folder), str(_run_owner())])
    end = time.monotonic() + 60
    while not (folder / "port").exists():
        assert time.monotonic() < end, "the database did not start"
        time.sleep(0.05)
    return Server(_cluster(folder))


def _cluster(folder: Path) -> Cluster:
    return Cluster(folder / "postgres", folder / "keys", int((folder / "port").read_text()))


def _is_running(folder: Path) -> bool:
    """Whether the server is there: a run with this number may have been killed before."""
    return (folder / "port").exists() and _cluster(folder).is_ready()


def _migrate(server: Server) -> None:
    from django.core.management import call_command

    from sluis.plumbing import roles

    server.maintain(f"CREATE DATABASE {TEMPLATE} OWNER sluis_owner")
    serve_as(server, "sluis_owner")
    call_command("migrate", interactive=False, verbosity=0)
    roles.grant()
    connections["default"].close()


@pytest.fixture(scope="session")
def server(django_db_blocker: object) -> Server:
    """The run's PostgreSQL with a migrated template, shared by its workers."""
    if django_db_blocker is not None:
        django_db_blocker.unblock()  # type: ignore[attr-defined]
    folder = Path("/tmp") / f"sluis-hub-tests-{_run_owner()}"
    folder.mkdir(exist_ok=True)
    with _locked(folder / "lock"):
        found = _started(folder)
        if not (folder / "migrated").exists():
            _migrate(found)
            (folder / "migrated").touch()
    return found


def _forget() -> None:
    from sluis.apps.partners.selectors import policy

    policy._accepted.cache_clear()


_counter = iter(range(1_000_000))


@contextmanager
def fresh(server: Server, *, of: str = TEMPLATE) -> Iterator[Server]:
    """A copy of the template `of`, gone afterwards; Django connects as `sluis_web`."""
    own = _copied(server, of=of)
    yield own
    connections["default"].close()
    server.maintain(f"DROP DATABASE {own.name} WITH (FORCE)")


def _copied(server: Server, *, of: str) -> Server:
    own = replace(server, name=f"hub_{os.getpid()}_{next(_counter)}")
    server.maintain(f"CREATE DATABASE {own.name} TEMPLATE {of} OWNER sluis_owner")
    serve_as(own, "sluis_web")
    _forget()
    return own


@dataclass(frozen=True)
class Stocked:
    """A template in which a circle has arrived, and that circle with everybody's keys."""

    name: str
    circle: Any


@pytest.fixture(scope="session")
def stocked(server: Server) -> Stocked:
    """Made once a worker: the ceremony is the slowest part of most tests."""
    import make
    from django.conf import settings

    before, made = settings.SLUIS_POLICY_KEYS, make.Circle()
    own = _copied(server, of=TEMPLATE)
    made.arrive()
    connections["default"].close()
    settings.SLUIS_POLICY_KEYS = before
    return Stocked(own.name, made)


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A database of this test's own; the circle has arrived in it when the test asks for one."""
    of = request.getfixturevalue("stocked").name if "circle" in request.fixturenames else TEMPLATE
    with fresh(server, of=of) as own:
        yield own


@pytest.fixture
def as_role(database: Server) -> Callable[[str], AbstractContextManager[None]]:
    """`with as_role("sluis_worker"):` Django connects as that role."""

    @contextmanager
    def acting(role: str) -> Iterator[None]:
        serve_as(database, role)
        yield
        serve_as(database, "sluis_web")

    return acting


@pytest.fixture
def circle(stocked: Stocked, database: Server) -> Iterator[Any]:
    """A circle at the hub: bank, shop and carrier, keys made, assessed."""
    from django.conf import settings

    before, own = settings.SLUIS_POLICY_KEYS, copy.copy(stocked.circle)
    own.pin()
    yield own
    settings.SLUIS_POLICY_KEYS = before


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`later(60)`: a minute later than the real clock, for everything in this process."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("SLUIS_CLOCK_FILE", str(file))

    def move(seconds: int) -> None:
        file.write_text(str(seconds))

    return move
