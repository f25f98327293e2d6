"""Reads of commit-and-audit and of what stands out: for the auditor of a circle every member, for a member itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sluis.apps.audit import selectors as audit
from sluis.apps.audit.selectors import Audited, MemberChart
from sluis.apps.exchange.selectors.circles import circles_of
from sluis.apps.exchange.selectors.effects import overdue
from sluis.apps.exchange.selectors.keys import key_ids
from sluis.core.exchange import draws
from sluis.core.exchange.auditing import ChartPoint, Watched
from sluis.core.exchange.control import Point
from sluis.core.exchange.policy import Member, Section
from sluis.wire import clock

SAMPLED_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Controls:
    """What an organisation may see of one circle's audits: as its auditor every member, else itself; `today` in days."""

    section: Section
    is_auditor: bool
    today: int
    members: tuple[Watched, ...]


def is_auditor(member: Member) -> bool:
    """Whether this member audits its circle now."""
    return draws.RIGHT in member.uses and member.from_ <= clock.now() < member.until


def audited(section: Section, day: int) -> Audited:
    """A day of a circle with all its keys."""
    return Audited(section.circle, day, key_ids(section.circle))


def controls_of(party: bytes) -> list[Controls]:
    """Of every circle of an organisation what it may see. The same few queries for each circle, however many members."""
    return [_controls(section, party) for section in circles_of(party)]


def _controls(section: Section, party: bytes) -> Controls:
    me = next(one for one in section.members if one.id == party)
    audits = is_auditor(me)
    wanted = [one.id for one in section.members if draws.RIGHT not in one.uses] if audits else [party]
    today = clock.now() // draws.DAY
    asks = audits or draws.RIGHT not in me.uses
    return Controls(section, audits, today, watched(section, wanted, today=today) if asks else ())


def watched(section: Section, members: Sequence[bytes], *, today: int) -> tuple[Watched, ...]:
    """These members as an auditor sees them: charts, how their samples of 60 days ended, since when they owe a receipt."""
    since = {one.party: one.since for one in reversed(overdue(section.circle))}
    samples: dict[bytes, dict[str, int]] = defaultdict(dict)
    for one in audit.samples_of(section.circle, since=today - SAMPLED_DAYS, members=members):
        samples[one.member][one.outcome] = one.amount
    charts = audit.charts(audited(section, today), members)
    return tuple(_watched(one, since.get(one.member), samples[one.member]) for one in charts)


def _watched(chart: MemberChart, late: int | None, samples: dict[str, int]) -> Watched:
    return Watched(
        asked=tuple(map(_point, chart.asked)),
        disclosed=tuple(map(_point, chart.led)),
        member=chart.member,
        overdue=late,
        samples=samples,
    )


def _point(one: Point) -> ChartPoint:
    return ChartPoint(alarm=one.alarm, centre=one.centre, day=one.day, lower=one.lower, upper=one.upper, value=one.value)
