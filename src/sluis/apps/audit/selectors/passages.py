"""Reads of what one party asked, newest first: its calls at the hub and its questions at the edge as one list."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import msgspec
from django.db.models import Q, QuerySet

from sluis.apps.audit.models import EdgeAudit, Event, PlacedLeaf
from sluis.apps.audit.selectors.counts import CHECKED, FOLLOWED, PASSED

AT_HUB: Final = 0
AT_EDGE: Final = 1
_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """Where a call stands among a party's calls: time (seconds), hub or edge, number. The newest is the highest."""

    time: int
    source: int
    number: int

    def text(self) -> str:
        """The mark as it goes into an address."""
        return f"{self.time}-{self.source}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Mark | None:
        """The mark in `text`; None when it is none."""
        parts = text.split("-")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            return None
        found = cls(*map(int, parts))
        return found if found.source in (AT_HUB, AT_EDGE) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which calls of a party: of one circle, one activity, passed or refused, from `since` to before `until` (seconds).

    None or empty is all of them; `without` names activities of the log that are no calls.
    """

    party: bytes
    circle: bytes | None = None
    activity: str = ""
    outcome: str = ""
    since: int | None = None
    until: int | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a party: what it asked, of how many identifiers, and how that ended. No identifier, and nobody else's.

    `place` is that of its leaf in the log; a question at the edge has none of its own. `reference` is what the log names.
    """

    mark: Mark
    circle: bytes
    activity: str
    amount: int
    passed: bool
    ground: str
    articles: tuple[str, ...]
    reference: str = ""
    place: int | None = None


class _Named(msgspec.Struct, frozen=True):
    reference: str


def calls(wanted: Wanted, *, after: Mark | None, limit: int) -> list[Call]:
    """At most `limit` calls older than `after` (None: the newest), in three queries however many there are."""
    start = after or Mark(_LAST, AT_EDGE, _LAST)
    both = (_at_edge(wanted, start)[:limit], _at_hub(wanted, start)[:limit])
    found = list(islice(heapq.merge(map(_asked, both[0]), map(_called, both[1]), key=_mark, reverse=True), limit))
    places = _places([one.mark.number for one in found if one.mark.source == AT_HUB])
    return [replace(one, place=places.get(one.mark.number)) if one.mark.source == AT_HUB else one for one in found]


def _mark(one: Call) -> Mark:
    return one.mark


def _at_hub(wanted: Wanted, start: Mark) -> QuerySet[Event]:
    rows = Event.objects.filter(party=wanted.party).exclude(activity__in=wanted.without)
    if wanted.activity:
        rows = rows.filter(activity=wanted.activity)
    if wanted.outcome:
        rows = rows.filter(outcome=wanted.outcome)
    return _older(_within(rows, wanted), start, source=AT_HUB, number="leaf_id")


def _at_edge(wanted: Wanted, start: Mark) -> QuerySet[EdgeAudit]:
    rows = EdgeAudit.objects.filter(member=wanted.party)
    if wanted.activity:
        rows = rows.filter(_asks(wanted.activity))
    if wanted.outcome:
        passed = Q(outcome=PASSED)
        rows = rows.filter(passed if wanted.outcome == PASSED else ~passed)
    return _older(_within(rows, wanted), start, source=AT_EDGE, number="number")


def _asks(activity: str) -> Q:
    """Lines of the edge that are of this activity: a question names buckets, following names none."""
    if activity not in (CHECKED, FOLLOWED):
        return Q(pk__in=())
    return Q(prefixes__gt=0) if activity == CHECKED else Q(prefixes=0)


def _within(rows: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
    if wanted.circle is not None:
        rows = rows.filter(circle=wanted.circle)
    if wanted.since is not None:
        rows = rows.filter(time__gte=wanted.since)
    return rows if wanted.until is None else rows.filter(time__lt=wanted.until)


def _older(rows: QuerySet[Any], start: Mark, *, source: int, number: str) -> QuerySet[Any]:
    elsewhere = _LAST if source < start.source else 0
    bound = start.number if source == start.source else elsewhere
    older = Q(time__lt=start.time) | Q(**{f"{number}__lt": bound})
    return rows.filter(time__lte=start.time).filter(older).order_by("-time", f"-{number}")


def _called(row: Event) -> Call:
    return Call(
        mark=Mark(row.time, AT_HUB, row.leaf_id),
        circle=bytes(row.circle or b""),
        activity=row.activity,
        amount=row.amount,
        passed=row.outcome == PASSED,
        ground=row.ground,
        articles=tuple(row.articles),
        reference=msgspec.json.decode(bytes(row.event), type=_Named).reference,
    )


def _asked(row: EdgeAudit) -> Call:
    passed = row.outcome == PASSED
    return Call(
        mark=Mark(row.time, AT_EDGE, row.number),
        circle=bytes(row.circle),
        activity=CHECKED if row.prefixes else FOLLOWED,
        amount=max(row.prefixes, 1),
        passed=passed,
        ground="" if passed else row.outcome,
        articles=(),
    )


def _places(leaves: list[int]) -> dict[int, int]:
    return dict(PlacedLeaf.objects.filter(leaf_id__in=leaves).values_list("leaf_id", "place"))
