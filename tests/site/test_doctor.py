"""`sluis-hub doctor` against a hub with one thing wrong: that is found, with a step, and nothing else is blamed."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from hub_fixtures import Server
from make import DAY, Circle
from typer.testing import CliRunner

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.core.exchange.policy import SKEW
from sluis.plumbing import roles
from sluis.site import doctor
from sluis.site.cli import app
from sluis.site.doctor import Finding
from sluis.wire import clock, credentials

Later = Callable[[int], None]
NAMES = ["database", "clock", "keys", "policy", "holders", "log", "stream"]


@pytest.fixture
def well(circle: Circle) -> Circle:
    """A hub on which holders cosigned just now."""
    audit.sequence()
    circle.witness()
    return circle


def wrong() -> list[Finding]:
    found = [one for one in doctor.examine() if not one.well]
    assert all(one.next_step for one in found)
    return found


def test_a_good_hub_is_found_well_to_its_end(well: Circle) -> None:
    assert [(one.name, one.well) for one in doctor.examine()] == [(name, True) for name in NAMES]


def test_the_worker_may_run_it_too(well: Circle, as_role: Callable[[str], AbstractContextManager[None]]) -> None:
    with as_role("sluis_worker"):
        assert wrong() == []


def test_a_leaf_that_waits_names_the_worker(well: Circle, later: Later) -> None:
    audit.record(Happening("proef", party=well.members["bank"].id))
    later(300)
    (found,) = wrong()
    assert found.name == "log"
    assert "worker" in found.next_step


def test_holders_that_do_not_cosign_are_named(well: Circle, later: Later) -> None:
    later(1_000)
    well.witness(1, 3)
    (found,) = wrong()
    assert (found.name, "2 of 3" in found.found, "houder 2" in found.found) == ("holders", True, True)


def test_a_policy_that_ends_today_or_ended(well: Circle, later: Later) -> None:
    later(6 * DAY + 3_700)
    assert [one.name for one in wrong()] == ["policy"]
    later(8 * DAY)
    (found,) = wrong()
    assert "expired" in found.found


def test_a_key_that_is_not_the_one_of_the_policy(well: Circle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other.key"
    credentials.write(other, Ed25519PrivateKey.generate().private_bytes_raw().hex().encode())
    monkeypatch.setattr(settings, "SLUIS_LOG_KEY_FILE", str(other))
    (found,) = wrong()
    assert (found.name, found.found) == ("keys", "the policy names another key of the log")
    other.chmod(0o644)
    assert "mode 600" in wrong()[0].found


def test_a_role_that_is_missing(well: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "missing", lambda: ["sluis_edge"])
    (found,) = wrong()
    assert (found.name, found.found) == ("database", "roles missing: sluis_edge")


def test_a_migration_that_did_not_run(well: Circle, database: Server) -> None:
    with database.connect() as owner:
        owner.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name = '0010_records'")
    (found,) = wrong()
    assert "migrations to go" in found.found


def test_a_clock_that_differs_from_the_databases(well: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    # Another test of this process may have moved its clock on purpose, which the doctor does not call wrong.
    monkeypatch.delenv(clock.VARIABLE, raising=False)
    real = clock.now()
    monkeypatch.setattr(clock, "now", lambda: real + SKEW + 120)
    found = {one.name: one.found for one in wrong()}
    assert "ahead of the database" in found["clock"]


def test_a_database_that_is_away_ends_the_look(well: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away() -> str:
        raise OperationalError

    monkeypatch.setattr(doctor, "_database", away)
    assert [(one.name, one.well) for one in doctor.examine()] == [("database", False)]


def test_the_command_prints_steps_and_json_the_same(well: Circle, later: Later) -> None:
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0
    later(8 * DAY)
    said = CliRunner().invoke(app, ["doctor", "--json"])
    assert said.exit_code == 1
    assert json.loads(said.output)[-1]["name"] == "policy"
    assert "next: Ask the policy authority" in CliRunner().invoke(app, ["doctor"]).output
