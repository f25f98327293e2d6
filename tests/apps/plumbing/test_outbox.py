"""The stream: commit order is sequence order, so that a reader's cursor loses nothing."""

from __future__ import annotations

import threading
import time

import psycopg
from django.db import connections, transaction
from hub_fixtures import Server

from sluis.plumbing import outbox, roles
from sluis.plumbing.models import Event, Stream

FROM_CURSOR = "SELECT sequence, body FROM plumbing_event WHERE stream = 'entries' AND sequence > %s ORDER BY sequence"


def test_events_are_numbered_from_one_in_order(database: Server) -> None:
    with transaction.atomic():
        outbox.append("entries", [b"a", b"b"])
    outbox.append("entries", [b"c"])
    outbox.append("other", [b"x"])
    outbox.append("entries", [])
    found = Event.objects.filter(stream="entries").order_by("sequence").values_list("sequence", "body")
    assert [(number, bytes(body)) for number, body in found] == [(1, b"a"), (2, b"b"), (3, b"c")]
    assert dict(Stream.objects.values_list("name", "head")) == {"entries": 3, "other": 1}


def test_a_reader_with_a_cursor_loses_no_row(database: Server) -> None:
    """One transaction stays open after its append while another appends: the second waits, and is read after it."""
    held, release, done = threading.Event(), threading.Event(), []

    def slow() -> None:
        with transaction.atomic():
            outbox.append("entries", [b"slow"])
            held.set()
            release.wait(10)
        connections.close_all()

    def quick() -> None:
        held.wait(10)
        outbox.append("entries", [b"quick"])
        done.append(True)
        connections.close_all()

    threads = [threading.Thread(target=work) for work in (slow, quick)]
    for thread in threads:
        thread.start()
    seen, cursor = [], 0
    with database.connect("sluis_edge") as reader:
        held.wait(10)
        for turn in range(40):
            rows = reader.execute(FROM_CURSOR, [cursor]).fetchall()
            seen += [body for _number, body in rows]
            cursor = rows[-1][0] if rows else cursor
            if turn == 10:
                assert (seen, done) == ([], []), "the quick one overtook"
                release.set()
            time.sleep(0.02)
            if len(seen) == 2:
                break
    for thread in threads:
        thread.join(10)
    assert seen == [b"slow", b"quick"]


def test_a_rolled_back_transaction_leaves_no_gap(database: Server) -> None:
    try:
        with transaction.atomic():
            outbox.append("entries", [b"never"])
            raise InterruptedError
    except InterruptedError:
        outbox.append("entries", [b"first"])
    assert list(Event.objects.values_list("sequence", flat=True)) == [1]


def test_readers_are_woken_at_commit(database: Server) -> None:
    with database.connect("sluis_edge") as reader:
        reader.execute(f"LISTEN {outbox.CHANNEL}")
        outbox.append("entries", [b"a"])
        told = next(reader.notifies(timeout=5))
    assert told.payload == "entries"


def test_granting_again_changes_nothing(database: Server, as_role) -> None:
    with as_role("sluis_owner"):
        assert roles.missing() == []
        assert roles.grant()
    with database.connect("sluis_edge") as edge:
        assert edge.execute("SELECT count(*) FROM plumbing_event").fetchone() == (0,)
    assert isinstance(edge, psycopg.Connection)
