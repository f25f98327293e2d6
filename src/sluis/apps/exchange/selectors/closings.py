"""Which circles the hub shuts, and from when on: what the edge is told, so that it refuses on the same second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sluis.apps.exchange.selectors import pilots
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors as privacy
from sluis.core.exchange.policy import Section
from sluis.wire import clock
from sluis.wire.book import Closing


def closings(circles: Iterable[bytes]) -> tuple[Closing, ...]:
    """For each of these circles that was assessed: the ground on which it is shut now, or will be when nothing is done.

    A circle without an assessment at the hub is left to the policy file. One query, and one for each circle with a pilot.
    """
    newest = privacy.Assessment.objects.filter(circle__in=list(circles)).order_by("circle", "-version").distinct("circle")
    stored = partners.stored_snapshot()
    sections = stored.sections if stored else {}
    held = [(sections[bytes(one.circle)], one) for one in newest if bytes(one.circle) in sections]
    return tuple(closing for section, one in held for closing in _closing(section, one))


def _closing(section: Section, held: privacy.Assessment) -> Iterator[Closing]:
    now = clock.now()
    for at in (now, max(now, held.shuts)):
        ground = pilots.shut_by(section, at=at, held=held)
        if ground is not None:
            yield Closing(section.circle, ground.code, at)
            return
