"""The directory "who to ask for what", and who may see the members of a circle."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sluis.apps.partners.models import ContactPoint, Organisation, ShownCircle
from sluis.apps.partners.selectors import policy
from sluis.core.exchange.policy import Section


@dataclass(frozen=True, slots=True)
class Entry:
    """One organisation in the directory: its contact points, and those of its circles that the reader may know of."""

    name: str
    sector: str
    points: tuple[ContactPoint, ...]
    circles: tuple[str, ...]


def directory(party: bytes, *, subject: str = "") -> tuple[Entry, ...]:
    """Every organisation that takes part, for somebody of `party`; with a subject only who answers on it. By sector and name,
    in a constant number of queries.
    """
    points = defaultdict(list)
    for one in ContactPoint.objects.order_by("subject"):
        if not subject or one.subject == subject:
            points[bytes(one.organisation_id)].append(one)
    circles = _circles(party)
    rows = Organisation.objects.filter(left=None).order_by("sector", "name")
    return tuple(
        Entry(one.name, one.sector, tuple(points[bytes(one.id)]), tuple(circles[bytes(one.id)]))
        for one in rows
        if not subject or points[bytes(one.id)]
    )


def departed() -> tuple[bytes, ...]:
    """The party ids of organisations that left."""
    return tuple(bytes(one) for one in Organisation.objects.exclude(left=None).values_list("id", flat=True))


def _circles(party: bytes) -> dict[bytes, list[str]]:
    found = defaultdict(list)
    for section in visible_circles(party):
        for member in section.members:
            found[member.id].append(section.title)
    return found


def visible_circles(party: bytes) -> tuple[Section, ...]:
    """The circles of which `party` may see the members: its own, and those whose members decided to be shown. By title."""
    stored = policy.stored_snapshot()
    sections = stored.sections.values() if stored else ()
    shown = {bytes(one) for one in ShownCircle.objects.values_list("circle", flat=True)}
    visible = (one for one in sections if one.circle in shown or is_member(one, party))
    return tuple(sorted(visible, key=lambda one: one.title))


def own_circles(party: bytes) -> tuple[tuple[Section, bool], ...]:
    """The circles of `party`, each with whether outsiders see its members."""
    shown = {bytes(one) for one in ShownCircle.objects.values_list("circle", flat=True)}
    return tuple((one, one.circle in shown) for one in visible_circles(party) if is_member(one, party))


def is_member(section: Section, party: bytes) -> bool:
    """Whether the party is in this circle."""
    return any(member.id == party for member in section.members)
