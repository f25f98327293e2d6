"""What the edge recorded comes into the log too: a leaf for each member's lines of a minute, with their digest.

The edge itself may only insert its own lines, and answers a hundred times as often as the hub: a leaf for each line would
be most of the tree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from django.db import connection, transaction
from django.db.models import Max

from sluis.apps.audit import selectors
from sluis.apps.audit.models import EdgeAudit, EdgeLogged
from sluis.apps.audit.services import happenings
from sluis.apps.audit.services.happenings import Happening
from sluis.core.exchange.encodings import document, sha256
from sluis.wire import clock

ACTIVITY: Final = selectors.EDGE_LEAF
LAG: Final = 60
MOST: Final = 50_000
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('edge lines', 7))"


def log_edge_lines() -> int:
    """Logs lines of more than a minute ago that have no leaf yet; returns how many leaves. Lines get their numbers before they
    are committed, and an insert takes at most seconds: after a minute none is behind any more.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_ALONE)
        last = EdgeLogged.objects.aggregate(last=Max("number"))["last"] or 0
        rows = list(_old(EdgeAudit.objects.filter(number__gt=last).order_by("number")[:MOST]))
        if not rows:
            return 0
        by_member: dict[tuple[bytes, bytes], list[EdgeAudit]] = defaultdict(list)
        for row in rows:
            by_member[bytes(row.circle), bytes(row.member)].append(row)
        happenings.append([_leaf(circle, member, some) for (circle, member), some in sorted(by_member.items())])
        EdgeLogged.objects.create(number=rows[-1].number)
    return len(by_member)


def _old(rows: Iterable[EdgeAudit]) -> Iterable[EdgeAudit]:
    until = clock.now() - LAG
    for row in rows:
        if row.time > until:
            return
        yield row


def _leaf(circle: bytes, member: bytes, rows: list[EdgeAudit]) -> happenings.Row:
    first, last = rows[0].number, rows[-1].number
    return happenings.passed(Happening(ACTIVITY, circle, member, len(rows)), f"{first}-{last} {digest(rows).hex()}")


def digest(rows: Iterable[EdgeAudit]) -> bytes:
    """SHA-256 over the lines as RFC 8785 JSON: number, time, type, key id, prefixes, outcome of each."""
    told = [[row.number, row.time, row.type, bytes(row.key_id).hex(), row.prefixes, row.outcome] for row in rows]
    return sha256(document(told))
