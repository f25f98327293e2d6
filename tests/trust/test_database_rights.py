"""What each role of the database can do, tried with its own connection."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from hub_fixtures import Server, fresh
from make import Circle

from sluis.plumbing import roles

LOG = ("audit_leaf", "audit_event", "audit_holderline", "edge_audit")
Denied = psycopg.errors.InsufficientPrivilege


EDGE_LINE = (
    "INSERT INTO edge_audit (time, member, circle, type, key_id, prefixes, outcome) "
    "VALUES (1, '\\x00', '\\x00', 1, '\\x00', 3, 'passed')"
)


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[Server]:
    """One database with a signal and a line of each log: what is refused changes nothing."""
    before = settings.SLUIS_POLICY_KEYS
    with fresh(server) as own:
        circle = Circle()
        circle.arrive()
        circle.publish("bank")
        with own.connect("sluis_edge") as edge:
            edge.execute(EDGE_LINE)
        yield own
    settings.SLUIS_POLICY_KEYS = before


@pytest.mark.parametrize("table", LOG)
@pytest.mark.parametrize("role", ["sluis_web", "sluis_worker", "sluis_edge", "sluis_owner"])
def test_the_log_is_never_updated(filled: Server, role: str, table: str) -> None:
    with filled.connect(role) as connection, pytest.raises(Denied):
        connection.execute(f"UPDATE {table} SET time = 0")


@pytest.mark.parametrize("table", LOG)
@pytest.mark.parametrize("role", ["sluis_web", "sluis_worker", "sluis_edge"])
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_no_service_removes_from_the_log(filled: Server, role: str, table: str, verb: str) -> None:
    with filled.connect(role) as connection, pytest.raises(Denied):
        connection.execute(f"{verb} {table}")


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
@pytest.mark.parametrize("table", ["audit_leaf", "audit_holderline", "edge_audit"])
def test_the_owner_does_not_remove_leaves_either(filled: Server, table: str, statement: str) -> None:
    with filled.connect("sluis_owner") as connection, pytest.raises(psycopg.Error) as raised:
        connection.execute(statement.format(table))
    assert raised.value.sqlstate in ("42501", "23503")


def test_the_owner_does_not_empty_the_events(filled: Server) -> None:
    """One salted event may go for an erasure, never all at once."""
    with filled.connect("sluis_owner") as connection, pytest.raises(Denied):
        connection.execute("TRUNCATE audit_event")


@pytest.mark.parametrize(
    "table",
    [
        "exchange_signal",
        "exchange_disclosure",
        "exchange_key",
        "exchange_ceremony",
        "partners_policydocument",
        "partners_membership",
        "partners_organisation",
        "privacy_assessment",
        "audit_event",
        "audit_leaf",
        "edge_audit",
        "plumbing_nonce",
        "auth_user",
        "django_session",
        "procrastinate_jobs",
    ],
)
def test_the_edge_reads_only_the_stream(filled: Server, table: str) -> None:
    with filled.connect("sluis_edge") as edge, pytest.raises(Denied):
        edge.execute(f"SELECT * FROM {table}")


def test_the_edge_reads_nothing_of_a_nonce_but_its_age(filled: Server) -> None:
    with filled.connect("sluis_edge") as edge:
        edge.execute("SELECT seen FROM edge_nonce")
        with pytest.raises(Denied):
            edge.execute("SELECT nonce FROM edge_nonce")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO plumbing_event VALUES ('entries', 1, '\\x00')",
        "UPDATE plumbing_stream SET head = 0",
        "DELETE FROM edge_nonce",
        "DELETE FROM plumbing_event",
        "CREATE TABLE mine (x int)",
    ],
)
def test_the_edge_writes_only_its_own_two_tables(filled: Server, statement: str) -> None:
    with filled.connect("sluis_edge") as edge, pytest.raises(Denied):
        edge.execute(statement)


def test_the_edge_can_do_what_it_must(filled: Server) -> None:
    with filled.connect("sluis_edge") as edge:
        assert edge.execute("SELECT count(*) FROM plumbing_event").fetchone() == (1,)
        edge.execute("INSERT INTO edge_nonce (key, nonce, seen) VALUES ('\\x00', '\\x01', 1)")


@pytest.mark.parametrize("role", ["sluis_web", "sluis_worker"])
def test_web_and_worker_write_no_lines_of_the_edge(filled: Server, role: str) -> None:
    with filled.connect(role) as connection, pytest.raises(Denied):
        connection.execute(EDGE_LINE)


@pytest.mark.parametrize("role", ["sluis_web", "sluis_worker"])
@pytest.mark.parametrize("table", ["partners_policydocument", "partners_policyproof", "partners_revocation"])
@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE", "UPDATE"])
def test_policy_and_revocations_are_never_taken_back(filled: Server, role: str, table: str, verb: str) -> None:
    statement = f"UPDATE {table} SET received = 0" if verb == "UPDATE" else f"{verb} {table}"
    with filled.connect(role) as connection, pytest.raises(Denied):
        connection.execute(statement)


@pytest.mark.parametrize("role", roles.ROLES)
def test_services_are_no_superusers_bypass_nothing_and_own_nothing(filled: Server, role: str) -> None:
    with filled.connect("sluis_owner") as owner:
        rights = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s"
        assert owner.execute(rights, [role]).fetchone() == (False,) * 5
        owned = "SELECT count(*) FROM pg_class WHERE relowner = %s::regrole"
        assert owner.execute(owned, [role]).fetchone() == (0,)
        member = "SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole"
        assert owner.execute(member, [role]).fetchone() == (0,)


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE audit_leaf DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_leaf_append_only ON audit_leaf",
        "SET session_replication_role = replica",
        "SET ROLE sluis_owner",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "COPY exchange_signal TO PROGRAM 'cat'",
    ],
)
def test_services_cannot_switch_the_rules_off(filled: Server, role: str, statement: str) -> None:
    with filled.connect(role) as connection, pytest.raises(Denied):
        connection.execute(statement)
