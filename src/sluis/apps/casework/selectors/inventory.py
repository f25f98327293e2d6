"""Reads of the inventory: the ranked list of a group, and one entry with one's own score."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from sluis.apps.casework.models import Bottleneck, CaseFile, Score
from sluis.apps.casework.selectors import rules
from sluis.apps.casework.selectors.rules import Averages
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.consent.selectors import visibility
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing import viewing
from sluis.wire import clock

STATES = {"gekozen": 0, "open": 1, "afgevoerd": 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inventory. `people` scored it; `averages` only when there are enough of them; `mine`: the reader did."""

    id: UUID
    kind: str
    title: str
    state: str
    people: int
    averages: Averages | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Inventory:
    """The entries of a group: the highest total first, then what waits for scores, then what was dropped."""

    group: UUID
    name: str
    entries: tuple[Entry, ...]
    may_write: bool


@dataclass(frozen=True, slots=True, repr=False)
class EntryPage:
    """One entry whole, with who brought it in and the reader's own score (effect, feasibility, urgency)."""

    id: UUID
    group: UUID
    group_name: str
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    brought_by: str
    written: int
    state: str
    reason: str
    case: UUID | None
    people: int
    averages: Averages | None
    mine: tuple[int, int, int] | None
    may_write: bool
    may_decide: bool


def inventory(acting: Acting, group: UUID) -> Inventory:
    """The ranked entries of a group, in a number of queries that does not grow. Raises NotAllowed `geen-recht`, NotFound
    `onbekende-groep`.
    """
    consent.require(acting, rules.READERS)
    with seeing(acting):
        held = visibility.group_of_member(group, acting.organisation)
        scored, mine = _scored(group), _mine(group)
        rows = Bottleneck.objects.filter(group=group).order_by("written", "id")
        entries = [_entry(one, scored, mine=one.id in mine) for one in rows]
    ranked = sorted(entries, key=_rank)
    return Inventory(group, held.name, tuple(ranked), may_write=acting.role in rules.WRITERS)


def seeing(acting: Acting) -> viewing.Seeing:
    """A transaction that sees what this person of this organisation may see now."""
    return viewing.as_person(acting.organisation, person=acting.person, at=clock.now())


def _rank(entry: Entry) -> tuple[bool, bool, float]:
    """Dropped last; not enough scores after the others; then the highest total first. Equal ones keep the order of entry."""
    return entry.state == "afgevoerd", entry.averages is None, -(entry.averages.total if entry.averages else 0.0)


def _entry(row: Bottleneck, scored: Mapping[UUID, tuple[int, Averages | None]], *, mine: bool) -> Entry:
    people, averages = scored.get(row.id, (0, None))
    return Entry(row.id, row.kind, row.title, row.state, people, averages, mine)


def _scored(group: UUID) -> dict[UUID, tuple[int, Averages | None]]:
    """How many scored each entry, and the averages where they are enough; counted by the database, which keeps the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_scored(%s, %s)", [group, rules.FEWEST])
        (found,) = cursor.fetchone()
    told = json.loads(found) if isinstance(found, str) else found or {}
    return {UUID(key): (one[0], Averages(one[0], *map(float, one[1:])) if len(one) > 1 else None) for key, one in told.items()}


def _mine(group: UUID) -> set[UUID]:
    return set(Score.objects.filter(group=group).values_list("bottleneck", flat=True))


def entry_of(bottleneck: UUID, party: bytes) -> Bottleneck:
    """The entry, for a member of its group, inside the caller's view. Raises NotFound `onbekend-knelpunt`."""
    found = Bottleneck.objects.filter(id=bottleneck).first()
    if found is None or party not in visibility.members(found.group_id):
        raise errors.NotFound("There is no such entry, or it is not yours.", code="onbekend-knelpunt")
    return found


def entry_page(acting: Acting, bottleneck: UUID) -> EntryPage:
    """One entry. Raises NotAllowed `geen-recht`, NotFound `onbekend-knelpunt`."""
    consent.require(acting, rules.READERS)
    names = partners.names()
    with seeing(acting):
        row = entry_of(bottleneck, acting.organisation)
        group = visibility.group_of_member(row.group_id, acting.organisation)
        people, averages = _scored(group.id).get(row.id, (0, None))
        own = Score.objects.filter(bottleneck=row).values_list("effect", "feasibility", "urgency").first()
        return EntryPage(
            id=row.id,
            group=group.id,
            group_name=group.name,
            kind=row.kind,
            title=row.title,
            paragraphs=tuple(consent.paragraphs(row.text)),
            brought_by=names.get(bytes(row.party), ""),
            written=row.written,
            state=row.state,
            reason=row.reason,
            case=CaseFile.objects.filter(bottleneck=row).values_list("id", flat=True).first(),
            people=people,
            averages=averages,
            mine=own,
            may_write=row.state == "open" and acting.role in rules.WRITERS,
            may_decide=row.state == "open" and acting.role in rules.DECIDERS,
        )
