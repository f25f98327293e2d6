"""Reads of what one organisation asked: its own calls, and the circles that they were in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sluis.apps.audit import selectors as audit
from sluis.apps.partners import selectors as partners
from sluis.core.exchange.policy import Section

# What the log has under a party's name that the party did not ask: the hub's own doing, and leaves about other lines.
NOT_ASKED: Final = (
    audit.EDGE_LEAF,
    audit.HOLDER_LINE,
    "vervallen",
    "betwisting meegenomen",
    "steekproef getrokken",
    "steekproef afgehandeld",
)


@dataclass(frozen=True, slots=True)
class CallPage:
    """Calls, newest first, and after which mark the older ones follow; None at the end."""

    calls: tuple[audit.Call, ...]
    following: audit.Mark | None


def calls_of(wanted: audit.Wanted, *, after: audit.Mark | None, limit: int) -> CallPage:
    """A party's own calls, passed and refused; never another's, and nothing that the hub did of itself."""
    found = audit.calls(replace(wanted, without=NOT_ASKED), after=after, limit=limit + 1)
    shown = tuple(found[:limit])
    return CallPage(shown, shown[-1].mark if len(found) > limit else None)


def known_circles(party: bytes) -> list[Section]:
    """The circles of a party in the newest snapshot, in force or not: what is past can be read when nothing passes."""
    stored = partners.stored_snapshot()
    sections = stored.sections.values() if stored else ()
    return sorted((one for one in sections if any(member.id == party for member in one.members)), key=lambda one: one.title)
