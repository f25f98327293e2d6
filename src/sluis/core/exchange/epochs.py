"""When a key is ordered, published under, checked under, prolonged and erased. Nowhere else is this decided.

Source: `docs/reference/protocol.md`, Epochs. Holders, hub, edge and partners ask the same timetable, so that they never differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from sluis.core.exchange.policy import Epoch

DAY: Final = 86_400
ORDER: Final = 28 * DAY
OVERLAP: Final = 14 * DAY
PROLONG: Final = 14 * DAY
PROLONGS: Final = 2
SPREAD: Final = 10 * DAY
GRACE: Final = DAY
REFRESH: Final = 30 * DAY
SUPERSEDED: Final = 3600


class Made(Protocol):
    """What the timetable reads of a key: circle (16 octets), type number, epoch, when it was made (seconds)."""

    @property
    def circle(self) -> bytes: ...
    @property
    def type(self) -> int: ...
    @property
    def epoch(self) -> int: ...
    @property
    def made(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Timetable:
    """One circle and type: the announced epochs in order, and when the key of each epoch that has one was made (seconds).

    All moments are seconds since 1970. A key that was made too late to republish under it before its epoch starts takes over 14
    or 28 days later; until then the one before it is prolonged.
    """

    periods: tuple[Epoch, ...]
    made: Mapping[int, int]

    def _period(self, number: int) -> Epoch | None:
        return next((one for one in self.periods if one.number == number), None)

    def opens(self, number: int) -> int | None:
        """From when on one publishes under this epoch's key ahead of its use; None when there is no such key or epoch."""
        period = self._period(number)
        return period.start - OVERLAP if period and number in self.made else None

    def starts(self, number: int) -> int | None:
        """From when on one checks under this epoch's key; None when there is no such key or epoch."""
        period = self._period(number)
        if period is None or number not in self.made:
            return None
        if number - 1 not in self.made:
            return period.start
        ready = self.made[number] + SPREAD
        days = (period.start + times * PROLONG for times in range(PROLONGS + 1))
        last = max(period.start + PROLONGS * PROLONG, self.made[number])
        return next((day for day in days if ready <= day), last)

    def ends(self, number: int) -> int | None:
        """When this epoch's key is used no more: the next one takes over, or it was prolonged twice. None as `starts`."""
        period = self._period(number)
        if period is None or number not in self.made:
            return None
        limit = period.end + PROLONGS * PROLONG
        following = self.starts(number + 1)
        return limit if following is None else min(limit, following)

    def checks(self, at: int) -> int | None:
        """The epoch whose key one checks under at `at`; None before the first key and after the circle closed."""
        return next(
            (number for number in sorted(self.made) if self._is_between(at, self.starts(number), self.ends(number))), None
        )

    def publishes(self, at: int) -> tuple[int, ...]:
        """The epochs one publishes under at `at`: that of `checks`, and in the last 14 days the next one too."""
        current = self.checks(at)
        ahead = (number for number in sorted(self.made) if self._is_between(at, self.opens(number), self.starts(number)))
        usable = (number for number in ahead if self._is_between(at, self.opens(number), self.ends(number)))
        return (*(() if current is None else (current,)), *usable)

    def is_live(self, number: int, at: int) -> bool:
        """Whether anything is answered under this epoch's key: from 14 days ahead of it until a day after its use."""
        return self._is_between(at, self.opens(number), self._gone(number))

    def is_over(self, number: int, at: int) -> bool:
        """Whether shares, tags and s of this epoch are to be erased: a day after its use, or it is announced no more."""
        return self._has_ended(number, at - GRACE)

    def orders(self, at: int) -> tuple[int, ...]:
        """The epochs whose key is missing and is to be made at `at`: from 28 days ahead until their end."""
        missing = (one for one in self.periods if one.number not in self.made)
        return tuple(one.number for one in missing if one.start - ORDER <= at < one.end)

    def prolonged(self, at: int) -> int:
        """How many times 14 days the key in use is past its epoch: 0, 1 or 2."""
        current = self.checks(at)
        period = None if current is None else self._period(current)
        return 0 if period is None or at < period.end else min((at - period.end) // PROLONG + 1, PROLONGS)

    def is_closed(self, at: int) -> bool:
        """Whether the circle closed for this type: it had a key, prolonged twice, and no other took over."""
        return self.checks(at) is None and any(self._has_ended(number, at) for number in self.made)

    def republishing(self, number: int) -> tuple[int, int] | None:
        """When signals are published again under this epoch's key: first second and length (at most 10 days), or None."""
        opens, starts = self.opens(number), self.starts(number)
        if opens is None or starts is None or number - 1 not in self.made:
            return None
        begin = min(max(opens, self.made[number]), starts)
        return begin, min(SPREAD, starts - begin)

    def _has_ended(self, number: int, at: int) -> bool:
        if self.periods and number < self.periods[0].number:
            return True
        end = self.ends(number)
        return end is not None and end <= at

    def _gone(self, number: int) -> int | None:
        end = self.ends(number)
        return None if end is None else end + GRACE

    @staticmethod
    def _is_between(at: int, first: int | None, after: int | None) -> bool:
        return first is not None and after is not None and first <= at < after


def timetable(periods: Iterable[Epoch], made: Iterable[Made], *, circle: bytes, kind: int) -> Timetable:
    """The timetable of one circle and type, from the snapshot's epochs and the keys there are."""
    mine = {one.epoch: one.made for one in made if one.circle == circle and one.type == kind}
    return Timetable(tuple(sorted(periods, key=lambda one: one.number)), mine)


def is_due(renewed: int, at: int) -> bool:
    """Whether shares of a generation made at `renewed` are to be refreshed: after 30 days."""
    return renewed + REFRESH <= at


def is_superseded(newer: int, at: int) -> bool:
    """Whether shares may go now that a newer generation was made at `newer`: after an hour."""
    return newer + SUPERSEDED <= at
