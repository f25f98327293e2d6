"""Reads for who looks for enumeration: what each member asked a day, and of how much of it the context, on control charts.

The hub cannot see hits. What it sees of them is that somebody asked for the context behind one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from sluis.apps.audit.selectors.counts import PASSED
from sluis.apps.audit.selectors.draws import Audited
from sluis.core.exchange import control
from sluis.core.exchange.control import Counted, Point

DISCLOSED: Final = "verstrekken"
DAYS: Final = 56
# Holders tell of the same request each; it counts once, on the day the first of them has.
_ASKED: Final = """
SELECT member, day, sum(m) FROM (
    SELECT member, digest, max(m) AS m, min(time) / 86400 AS day FROM audit_holderline
    WHERE key = ANY(%(keys)s) AND time >= %(since)s AND time < %(until)s GROUP BY member, digest
) AS request GROUP BY member, day
"""
_LED: Final = """
SELECT party, time / 86400 AS day, sum(amount) FROM audit_event
WHERE circle = %(circle)s AND activity = %(activity)s AND outcome = %(outcome)s AND time >= %(since)s AND time < %(until)s
GROUP BY party, day
"""
Tallies = Mapping[bytes, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class MemberChart:
    """One member (party id): a point a day for how much it asked, and for of how much of that it asked the context."""

    member: bytes
    asked: tuple[Point, ...]
    led: tuple[Point, ...]


def charts(today: Audited, members: Iterable[bytes]) -> list[MemberChart]:
    """The charts of these members for the 56 whole days before `today.day`, in two queries however many members there are."""
    until = today.day
    span = {"since": (until - DAYS) * 86_400, "until": until * 86_400}
    asked = _tallied(_ASKED, {"keys": list(today.keys), **span})
    led = _tallied(_LED, {"circle": today.circle, "activity": DISCLOSED, "outcome": PASSED, **span})
    return [_chart(member, asked.get(member, {}), led.get(member, {}), until=until) for member in members]


def _tallied(query: str, values: dict[str, Any]) -> Tallies:
    found: dict[bytes, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        for member, day, amount in cursor.fetchall():
            found[bytes(member or b"")][int(day)] = int(amount)
    return found


def _chart(member: bytes, asked: Mapping[int, int], led: Mapping[int, int], *, until: int) -> MemberChart:
    # From the first day it asked anything: before that it was not there, and nothing is not a low count.
    first = min(asked, default=until)
    days = [Counted(day, asked.get(day, 0), led.get(day, 0)) for day in range(first, until)]
    return MemberChart(member, tuple(control.individuals(days)), tuple(control.proportions(days)))
