"""How long the steps of followed signals took on this computer: the middle one, the longest, and the limit that was agreed."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Final

from sluis.demo.live.trail import Trails

SHOWN: Final = ("again", "share", "seen", "disclose", "back")
# Milliseconds. Only what others can see of a signal has a limit (docs/reference/performance.md, alert).
LIMITS: Final = {"seen": 1000}
_SCALE: Final = 1250
_BAR: Final = 200


@dataclass(frozen=True, slots=True)
class Speed:
    """One step: middle and longest in milliseconds, how often it was measured, and lengths for a bar of 200."""

    code: str
    middle: float
    longest: float
    times: int
    bar: int
    limit_at: int | None


def of(trails: Trails) -> tuple[Speed, ...]:
    """The steps that were measured; nothing before the first signal was followed."""
    return tuple(_speed(code, trails.times[code]) for code in SHOWN if trails.times.get(code))


def _speed(code: str, times: tuple[float, ...]) -> Speed:
    longest, limit = max(times), LIMITS.get(code)
    bar = max(1, min(_BAR, round(longest / _SCALE * _BAR)))
    return Speed(code, statistics.median(times), longest, len(times), bar, limit and limit * _BAR // _SCALE)
