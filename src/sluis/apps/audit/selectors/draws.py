"""Reads of commit-and-audit: a day with the lines it draws from and what was drawn; how a circle's samples ended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet

from sluis.apps.audit.models import Draw, Event, HolderLine, PlacedLeaf, Sample
from sluis.core import errors
from sluis.core.exchange.auditing import AuditedDay, LoggedLine, Question
from sluis.core.exchange.bodies import LogLine
from sluis.core.exchange.draws import DAY, Drawn, Outcome

PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Audited:
    """A day (seconds div 86,400) of a circle, and the ids of its keys (16 octets each)."""

    circle: bytes
    day: int
    keys: Collection[bytes]


def lines_of(day: Audited, *, member: bytes | None = None) -> QuerySet[HolderLine]:
    """The holders' lines of that day in that circle; of one member when named."""
    rows = HolderLine.objects.filter(key__in=day.keys, time__gte=day.day * DAY, time__lt=(day.day + 1) * DAY)
    return rows if member is None else rows.filter(member=member)


def audited_day(day: Audited, *, member: bytes | None = None, start: int = 0) -> AuditedDay:
    """The day as its auditor sees it, or as `member` sees it of itself; lines whose leaf is `start` or later, a page.

    Raises NotFound `geen-vastlegging` when nobody fixed a secret for this day.
    """
    row = Draw.objects.filter(circle=day.circle, day=day.day).first()
    if row is None:
        raise errors.NotFound("No auditor fixed a secret for this day.", code="geen-vastlegging")
    lines = list(lines_of(day, member=member).filter(leaf__gte=start).order_by("leaf")[:PAGE])
    samples = Sample.objects.filter(circle=day.circle, day=day.day).order_by("number")
    shown = samples if member is None else samples.filter(member=member)
    return AuditedDay(
        auditor=bytes(row.auditor),
        committed=row.committed,
        commitment=bytes(row.commitment),
        day=row.day,
        lines=tuple(_logged(lines)),
        next=(lines[-1].leaf or 0) + 1 if len(lines) == PAGE else None,
        questions=tuple(map(_question, shown)),
        seal=row.seal,
        secret=bytes(row.secret) if row.secret is not None else None,
    )


def _logged(rows: list[HolderLine]) -> list[LoggedLine]:
    leaves = [row.leaf for row in rows if row.leaf is not None]
    events = Event.objects.in_bulk(leaves)
    places = dict(PlacedLeaf.objects.filter(leaf_id__in=leaves).values_list("leaf_id", "place"))
    return [_line(row, events.get(row.leaf or 0), places.get(row.leaf or 0)) for row in rows]


def _line(row: HolderLine, event: Event | None, place: int | None) -> LoggedLine:
    salt, octets = (bytes(event.salt), bytes(event.event)) if event else (b"", b"")
    return LoggedLine(event=octets, holder=row.holder, line=told(row), place=place, salt=salt)


def told(row: HolderLine) -> LogLine:
    """The line as the holder told it."""
    return LogLine(
        batch=bytes(row.batch),
        digest=bytes(row.digest),
        key=bytes(row.key),
        m=row.m,
        member=bytes(row.member),
        root=bytes(row.root),
        time=row.time,
        use=row.use,
        trace=row.trace,
    )


def _question(row: Sample) -> Question:
    drawn = Drawn(
        member=bytes(row.member),
        batch=bytes(row.batch),
        digest=bytes(row.digest),
        key=bytes(row.key),
        m=row.m,
        position=row.position,
        root=bytes(row.root),
        use=row.use,
    )
    return Question(drawn=drawn, outcome=Outcome(row.outcome) if row.outcome else None, until=row.until)


@dataclass(frozen=True, slots=True)
class Tallied:
    """How many questions of one member ended in one way; `outcome` is empty for those that may still be shown."""

    member: bytes
    outcome: str
    amount: int


def samples_of(circle: bytes, *, since: int, members: Iterable[bytes] | None = None) -> list[Tallied]:
    """How the samples of a circle drawn from day `since` on ended, by member; of these members when named."""
    rows = Sample.objects.filter(circle=circle, day__gte=since)
    if members is not None:
        rows = rows.filter(member__in=list(members))
    counted = rows.values("member", "outcome").annotate(amount=Count("number")).order_by("member", "outcome")
    return [Tallied(bytes(row["member"]), row["outcome"], row["amount"]) for row in counted]


def drawn_days(circle: bytes, *, limit: int) -> list[int]:
    """The newest days of a circle for which an auditor fixed a secret."""
    return list(Draw.objects.filter(circle=circle).order_by("-day").values_list("day", flat=True)[:limit])
