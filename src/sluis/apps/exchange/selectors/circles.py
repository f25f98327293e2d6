"""Reads of the circles: the list, and what the page of one shows."""

from __future__ import annotations

from dataclasses import dataclass

from sluis.apps.audit import selectors as audit
from sluis.apps.exchange.models import (
    Signal,
)
from sluis.apps.exchange.selectors import coming, pilots
from sluis.apps.exchange.selectors.balance import Balance, balances
from sluis.apps.exchange.selectors.coming import Coming
from sluis.apps.exchange.selectors.effects import Effects, effects
from sluis.apps.exchange.selectors.keys import Timetables
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange.policy import Epoch, Section
from sluis.core.law import decision
from sluis.core.law.decision import Ground
from sluis.wire import clock

MONTH = 30 * 86_400
DAY = 86_400


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One ground of refusal by its code, the articles recorded with it, and how often."""

    activity: str
    ground: str
    articles: tuple[str, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class CirclePage:
    """Everything the page of one circle shows. No identifier, and nobody who asked."""

    section: Section
    assessment: privacy.Assessment | None
    shut: Ground | None
    epoch: Epoch | None
    keys: int
    live_signals: int
    tally: audit.Tally
    effects: Effects
    balance: Balance
    refused: tuple[RefusedRow, ...]
    coming: tuple[Coming, ...]
    holders: tuple[str, ...]
    threshold: int
    now: int


def circles_of(party: bytes) -> list[Section]:
    """The circles a party is a member of."""
    sections = partners.snapshot().sections.values()
    return [section for section in sections if any(member.id == party for member in section.members)]


def circle_named(name: str, *, party: bytes) -> Section:
    """The circle called `name`, for a member. Raises NotFound: who is no member learns nothing of it."""
    section = next((one for one in circles_of(party) if one.name == name), None)
    if section is None:
        raise errors.NotFound("You are in no circle of that name.", code="onbekende-kring")
    return section


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """A circle with every version of its assessment, the newest first, and why its gate is shut, if it is."""

    section: Section
    versions: tuple[privacy.Assessment, ...]
    shut: Ground | None


def assessment_page(name: str, *, party: bytes) -> AssessmentPage:
    """All that was ever assessed of the circle called `name`. Raises NotFound as `circle_named`."""
    section = circle_named(name, party=party)
    versions = privacy.Assessment.objects.filter(circle=section.circle).order_by("-version")
    return AssessmentPage(section, tuple(versions), shut_by(section, party=party, at=clock.now()))


def circle_page(name: str, *, party: bytes) -> CirclePage:
    """The page of the circle called `name`. Raises NotFound as `circle_named`."""
    section = circle_named(name, party=party)
    snapshot, now = partners.snapshot(), clock.now()
    tally, held = audit.tally(section.circle, since=now - MONTH), privacy.assessment_of(section.circle)
    key_ids = [row.id for row in Timetables(snapshot, circle=section.circle).checked(at=now)]
    return CirclePage(
        section=section,
        assessment=held,
        shut=shut_by(section, party=party, at=now),
        epoch=next((one for one in snapshot.head.epochs if one.start <= now < one.end), None),
        keys=len(key_ids),
        live_signals=Signal.objects.filter(key_id__in=key_ids, expires__gte=now // DAY).count(),
        tally=tally,
        effects=effects(section.circle, since=now - MONTH),
        balance=balances(party, [section.circle])[section.circle],
        refused=tuple(_refused(one) for one in tally.refused),
        coming=coming.changes(held.exchanges) if held is not None and not held.opens else (),
        holders=tuple(holder.name for holder in snapshot.head.holders),
        threshold=snapshot.head.threshold,
        now=now,
    )


def shut_by(section: Section, *, party: bytes, at: int) -> Ground | None:
    """Why the legal gate of a circle is shut for a member at `at` (seconds), or None when it is open."""
    member = next(one for one in section.members if one.id == party)
    tables = Timetables(partners.snapshot(), circle=section.circle)
    closed = all(tables.of(section.circle, kind).is_closed(at) for kind in section.identifier_types())
    ground = decision.decide(decision.Passage(section, member, at, closed=closed))
    return ground or pilots.shut_by(section, at=at)


def _refused(one: audit.Refused) -> RefusedRow:
    return RefusedRow(one.activity, one.ground, one.articles, one.calls)
