"""Control charts over what a member asks a day: what is out of the ordinary for that member, by the days before it.

An enumerator asks more than it used to, or asks and does nothing with the answers. A chart says that something changed, never
why. Constants: Shewhart; NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2 (individuals and moving range, d2 = 1.128
for two), 6.3.3.1 (counts), 6.3.3.2 (proportions); eight on one side of the centre: Western Electric rule 4, same book, 6.3.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

SIGMAS: Final = 3.0
D2: Final = 1.128
WINDOW: Final = 28
LEAST: Final = 8
RUN: Final = 8
Alarm = Literal["", "boven", "onder", "reeks"]


@dataclass(frozen=True, slots=True)
class Counted:
    """A day (since 1970) of a member: how much it asked, and of how much of it something came."""

    day: int
    asked: int
    led: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A day on a chart: value, the centre and limits that the days before it give (None: too few days), and the alarm."""

    day: int
    value: float
    centre: float | None
    lower: float | None
    upper: float | None
    alarm: Alarm


def individuals(days: Sequence[Counted]) -> list[Point]:
    """How much was asked, each day against the 28 before it (8 at least): mean, and 3 x mean moving range / 1.128.

    Limits are never nearer than those of a count chart, 3 x the root of the mean: a member that asked the same every day
    raises no alarm by one more. Days come in order.
    """
    found: list[Point] = []
    for i, one in enumerate(days):
        before = [float(other.asked) for other in days[max(0, i - WINDOW) : i]]
        found.append(_point(one.day, float(one.asked), limits=_spread(before), before=found))
    return found


def proportions(days: Sequence[Counted]) -> list[Point]:
    """Of how much of what was asked something came (0 to 1), each day against the share of the 28 before it.

    Limits are 3 x the root of p (1 - p) / n, n what was asked that day. A day on which nothing was asked is no point.
    """
    found: list[Point] = []
    for i, one in enumerate(days):
        if one.asked:
            before = days[max(0, i - WINDOW) : i]
            found.append(_point(one.day, min(1.0, one.led / one.asked), limits=_share(before, one.asked), before=found))
    return found


Limits = tuple[float, float] | None


def _spread(before: Sequence[float]) -> Limits:
    """Centre and half the width between the limits."""
    if len(before) < LEAST:
        return None
    centre = sum(before) / len(before)
    ranges = [abs(right - left) for left, right in pairwise(before)]
    return centre, max(SIGMAS * sum(ranges) / len(ranges) / D2, SIGMAS * max(centre, 1.0) ** 0.5)


def _share(before: Sequence[Counted], asked: int) -> Limits:
    total = sum(one.asked for one in before)
    if sum(one.asked > 0 for one in before) < LEAST:
        return None
    share = min(1.0, sum(one.led for one in before) / total)
    # A share of nothing, or of all, is held to be one of what was asked: else the first other day would be an alarm.
    safe = min(max(share, 1 / total), 1 - 1 / total)
    return share, SIGMAS * float((safe * (1 - safe) / asked) ** 0.5)


def _point(day: int, value: float, *, limits: Limits, before: Sequence[Point]) -> Point:
    if limits is None:
        return Point(day, value, None, None, None, "")
    centre, width = limits
    point = Point(day, value, centre, max(0.0, centre - width), centre + width, "")
    return Point(day, value, centre, point.lower, point.upper, _alarm(point, before))


def _alarm(point: Point, before: Sequence[Point]) -> Alarm:
    if point.upper is not None and point.value > point.upper:
        return "boven"
    if point.lower is not None and point.value < point.lower:
        return "onder"
    sides = [_side(one) for one in (*before[-(RUN - 1) :], point)]
    return "reeks" if len(sides) == RUN and sides[0] and len(set(sides)) == 1 else ""


def _side(point: Point) -> int:
    if point.centre is None or point.value == point.centre:
        return 0
    return 1 if point.value > point.centre else -1
