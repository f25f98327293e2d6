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

from sluis.demo.postgres import Cluster

TABLES = """
CREATE TABLE IF NOT EXISTS plumbing_stream (name text PRIMARY KEY, head bigint NOT NULL);
CREATE TABLE IF NOT EXISTS plumbing_event (stream text, sequence bigint, body bytea NOT NULL, PRIMARY KEY (stream, sequence));
CREATE TABLE IF NOT EXISTS edge_nonce (key bytea, nonce bytea, seen bigint NOT NULL, PRIMARY KEY (key, nonce));
CREATE TABLE IF NOT EXISTS edge_audit (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, time bigint NOT NULL,
  member bytea NOT NULL, circle bytea NOT NULL, type smallint NOT NULL, key_id bytea NOT NULL, prefixes integer NOT NULL,
  outcome text NOT NULL);
GRANT SELECT ON plumbing_stream, plumbing_event TO sluis_edge;
GRANT SELECT, INSERT ON edge_nonce, edge_audit TO sluis_edge;
TRUNCATE plumbing_stream, plumbing_event, edge_nonce, edge_audit;
"""


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
