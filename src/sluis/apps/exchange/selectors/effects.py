"""Reads of what hits led to in a circle, and of who is late with a removal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from sluis.apps.exchange.models import (
    Dispute,
    Feedback,
    Receipt,
    Removal,
)
from sluis.apps.partners import selectors as partners
from sluis.core.exchange.notices import replica_stream
from sluis.wire import clock

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Overdue:
    """A member of a replica circle that has not said in a day that it processed a removal: since when (seconds)."""

    party: bytes
    key_id: bytes
    since: int


def overdue(circle: bytes) -> list[Overdue]:
    """Members whose last signed cursor lies before a removal of more than a day ago. Bucket circles hold no replica."""
    section, now = partners.snapshot().section(circle), clock.now()
    if section.mode != "replica":
        return []
    late: dict[tuple[bytes, bytes], int] = {}
    for removal in Removal.objects.filter(circle=circle, time__lt=now - DAY).order_by("-sequence"):
        key_id = bytes(removal.key_id)
        cursors = dict(Receipt.objects.filter(stream=replica_stream(key_id)).values_list("party", "sequence"))
        reached = {bytes(party): sequence for party, sequence in cursors.items()}
        for member in section.members:
            if "check" in member.uses and reached.get(member.id, 0) < removal.sequence:
                late[member.id, key_id] = removal.time
    return [Overdue(party, key_id, since) for (party, key_id), since in sorted(late.items())]


@dataclass(frozen=True, slots=True)
class Effects:
    """What hits led to in a circle since a moment, and what was put right. Counts only: nobody's name, no identifier.

    `measures` and `within` count feedback by measure and by the time it took; a hit on two signals counts twice.
    """

    measures: dict[str, int]
    within: dict[str, int]
    disputes: dict[str, int]
    overdue: int


def effects(circle: bytes, *, since: int) -> Effects:
    """The counts of one circle since `since` (seconds). Open disputes and late receipts are those of now; feedback is what
    publishers were told, the day after: a page is no quicker way to learn when somebody acted on one's signal.
    """
    given = Feedback.objects.filter(circle=circle, time__gte=since).exclude(told_measure="")
    disputes = Dispute.objects.filter(Q(state="open") | Q(decided__gte=since), circle=circle)
    led, took = _counted(given, "told_measure"), _counted(given, "told_within")
    return Effects(led, took, _counted(disputes, "state"), len(overdue(circle)))


def _counted(rows: QuerySet[Any], column: str) -> dict[str, int]:
    return {row[column]: row["amount"] for row in rows.values(column).annotate(amount=Count("pk"))}
