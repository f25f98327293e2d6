"""What the record of necessity of a circle is held against: outcomes of hits and of disputes over a period."""

from __future__ import annotations

from sluis.apps.exchange.selectors.effects import DAY, effects
from sluis.core.exchange.rights import NO_MEASURE, WRONG
from sluis.core.law.necessity import Measured
from sluis.wire import clock

DAYS = 90
_UPHELD = "gegrond"


def measured(circle: bytes) -> Measured:
    """The counts of one circle (id of 16 octets) over the last 90 days: what publishers were told, a day late."""
    found = effects(circle, since=clock.now() - DAYS * DAY)
    acted = sum(count for measure, count in found.measures.items() if measure not in NO_MEASURE)
    return Measured(sum(found.measures.values()), found.measures.get(WRONG, 0), acted, found.disputes.get(_UPHELD, 0))
