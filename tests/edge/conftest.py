"""A real PostgreSQL for the edge, with the tables the hub's migrations make."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
from edge_made import Made
from edge_tables import TABLES

from sluis.demo.postgres import Cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("edge") / "demo"
    harness = Path(__file__).parents[1] / "demo" / "harness.py"
    process = subprocess.Popen([sys.executable, str(harness), str(folder)])
    end = time.monotonic() + 60
    while not (folder / "state.json").exists():
        assert time.monotonic() < end, "the database did not start"
        time.sleep(0.05)
    ports = msgspec.json.decode((folder / "ports.json").read_bytes())
    yield Cluster(folder / "postgres", folder / "keys", ports["postgres"])
    process.terminate()
    process.wait(30)


@pytest.fixture
def database(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """The owner's connection, on empty tables."""
    with psycopg.connect(cluster.url("sluis_owner"), autocommit=True) as connection:
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def made(tmp_path: Path, cluster: Cluster, database: psycopg.Connection) -> Made:
    return Made(tmp_path, cluster, database)
