"""What the edge recorded gets its leaves: once, none left out, and a changed line shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec
from hub_fixtures import Server
from make import Circle

from sluis.apps.audit import selectors, services
from sluis.apps.audit.models import EdgeAudit, Event
from sluis.apps.audit.services import edge_lines

Acting = Callable[[str], AbstractContextManager[None]]


def ask(database: Server, circle: Circle, name: str, *, outcome: str = "passed", time: int = 0) -> None:
    with database.connect("sluis_edge") as edge:
        edge.execute(
            "INSERT INTO edge_audit (time, member, circle, type, key_id, prefixes, outcome) VALUES (%s, %s, %s, 1, %s, 3, %s)",
            (time or circle.now, circle.members[name].id, circle.id, circle.record.id, outcome),
        )


def leaves() -> list[Event]:
    return list(Event.objects.filter(activity=edge_lines.ACTIVITY).order_by("leaf_id"))


def test_each_members_lines_of_a_minute_ago_get_one_leaf_once(
    circle: Circle, database: Server, later: Callable[[int], None]
) -> None:
    for name in ("bank", "shop", "bank"):
        ask(database, circle, name)
    assert services.log_edge_lines() == 0, "they may still be on their way"
    later(edge_lines.LAG + 1)
    assert services.log_edge_lines() == 2
    assert services.log_edge_lines() == 0
    assert sorted((bytes(one.party), one.amount) for one in leaves()) == sorted(
        (circle.members[name].id, amount) for name, amount in (("bank", 2), ("shop", 1))
    )


def test_a_leaf_binds_the_lines(circle: Circle, database: Server, later: Callable[[int], None]) -> None:
    ask(database, circle, "bank")
    ask(database, circle, "bank", outcome="kring-buiten-termijn")
    later(edge_lines.LAG + 1)
    services.log_edge_lines()
    (leaf,) = leaves()
    rows = list(EdgeAudit.objects.order_by("number"))
    told = msgspec.json.decode(bytes(leaf.event))["reference"]
    assert told == f"{rows[0].number}-{rows[1].number} {edge_lines.digest(rows).hex()}"
    rows[0].outcome = "passed, says somebody"
    assert edge_lines.digest(rows).hex() not in told


def test_a_line_that_is_committed_late_is_not_left_out(circle: Circle, database: Server, later: Callable[[int], None]) -> None:
    ask(database, circle, "bank")
    ask(database, circle, "shop", time=circle.now + 30)
    ask(database, circle, "bank", time=circle.now)
    later(edge_lines.LAG + 10)
    assert services.log_edge_lines() == 1, "behind a young line nothing is logged yet"
    later(edge_lines.LAG + 60)
    assert services.log_edge_lines() == 2
    assert sum(one.amount for one in leaves()) == 3


def test_the_page_counts_questions_and_not_their_leaves(circle: Circle, database: Server, later: Callable[[int], None]) -> None:
    ask(database, circle, "bank")
    later(edge_lines.LAG + 1)
    services.log_edge_lines()
    told = {one.activity: one.calls for one in selectors.tally(circle.id, since=0).passed}
    assert told["bevragen"] == 1
    assert edge_lines.ACTIVITY not in told


def test_the_worker_may_do_it(circle: Circle, database: Server, as_role: Acting, later: Callable[[int], None]) -> None:
    ask(database, circle, "bank")
    later(edge_lines.LAG + 1)
    with as_role("sluis_worker"):
        assert services.log_edge_lines() == 1
