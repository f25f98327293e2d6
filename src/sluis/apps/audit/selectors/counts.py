"""Reads of the log that count: what passed and what was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from sluis.apps.audit.models import EdgeAudit, Event, HolderLine

PASSED: Final = "passed"
REFUSED: Final = "refused"
# What the log calls a question at the edge, and following all entries there.
CHECKED: Final = "bevragen"
FOLLOWED: Final = "volgen"
# Leaves about the edge's own lines, which are counted from the lines themselves; and about what key holders say.
EDGE_LEAF: Final = "leeskant"
HOLDER_LINE: Final = "houderregel"
_EVALUATED: Final = """
SELECT key, sum(m) FROM (
    SELECT DISTINCT key, digest, m FROM audit_holderline WHERE member = %s AND use = %s AND time >= %s
) AS request GROUP BY key
"""


@dataclass(frozen=True, slots=True)
class Passed:
    """How often one activity passed in a circle, in calls and in identifiers."""

    activity: str
    calls: int
    amount: int


@dataclass(frozen=True, slots=True)
class Refused:
    """How often one ground kept a gate shut."""

    activity: str
    ground: str
    articles: tuple[str, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What passed and what was refused in a circle since a moment; no identifier, and nobody's name."""

    passed: tuple[Passed, ...]
    refused: tuple[Refused, ...]


def tally(circle: bytes, *, since: int) -> Tally:
    """The counts of one circle since `since` (seconds), hub and edge together. Scope: all members."""
    events = Event.objects.filter(circle=circle, time__gte=since)
    at_hub = events.filter(outcome=PASSED).exclude(activity=EDGE_LEAF)
    edge = EdgeAudit.objects.filter(circle=circle, time__gte=since)
    passed = [
        Passed(row["activity"], row["calls"], row["amount"])
        for row in at_hub.values("activity").annotate(calls=Count("pk"), amount=Sum("amount"))
    ]
    asked, followed = edge.filter(outcome=PASSED, prefixes__gt=0), edge.filter(outcome=PASSED, prefixes=0)
    at_edge = asked.aggregate(calls=Count("pk"), amount=Sum("prefixes"))
    if at_edge["calls"]:
        passed.append(Passed(CHECKED, at_edge["calls"], at_edge["amount"]))
    if streams := followed.count():
        passed.append(Passed(FOLLOWED, streams, streams))
    return Tally(tuple(sorted(passed, key=lambda one: one.activity)), (*_refused_at_hub(events), *_refused_at_edge(edge)))


def _refused_at_hub(events: QuerySet[Event]) -> list[Refused]:
    rows = events.filter(outcome=REFUSED).values("activity", "ground", "articles").annotate(calls=Count("pk"))
    return [Refused(row["activity"], row["ground"], tuple(row["articles"]), row["calls"]) for row in rows.order_by("-calls")]


def _refused_at_edge(edge: QuerySet[EdgeAudit]) -> list[Refused]:
    rows = edge.exclude(outcome=PASSED).values("outcome").annotate(calls=Count("pk"))
    return [Refused(CHECKED, row["outcome"], (), row["calls"]) for row in rows.order_by("-calls")]


def amounts_of(party: bytes, *, since: int) -> dict[tuple[bytes, str], int]:
    """Of how many identifiers what a party asked of the hub passed since `since` (seconds), by circle and activity."""
    rows = Event.objects.filter(party=party, time__gte=since, outcome=PASSED, circle__isnull=False)
    summed = rows.values("circle", "activity").annotate(sum=Sum("amount"))
    return {(bytes(row["circle"] or b""), row["activity"]): row["sum"] for row in summed}


def evaluated_for(member: bytes, use: int, *, since: int) -> dict[bytes, int]:
    """How many identifiers holders evaluated for a member and use since `since` (seconds), by key id.

    Several holders evaluate the same request, and each says so: a request counts once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EVALUATED, [member, use, since])
        return {bytes(key): int(amount) for key, amount in cursor.fetchall()}


def evaluations(*, since: int) -> int:
    """How many identifiers the holders say they evaluated since `since`; the most that one holder says."""
    rows = HolderLine.objects.filter(time__gte=since).values("holder").annotate(amount=Sum("m"))
    return max((row["amount"] for row in rows), default=0)
