"""Say that a hit led to a measure: publishers hear the day after what their signal did, and never from whom."""

from __future__ import annotations

from typing import Final

import msgspec

from sluis.client.casebook import Followed, Place
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.rights import FeedbackRequest, Measure, Within
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import clock, trace

_STEPS: Final[tuple[tuple[int, Within], ...]] = ((900, "15m"), (3_600, "1u"), (86_400, "1d"))


@trace.traced
def give(session: Session, identifier: Identifier, *, measure: Measure) -> int:
    """Tells the publishers behind an earlier hit that it led to `measure`; returns behind how many signals.

    The time it took is counted from the hit, in coarse steps. Raises NotFound `geen-treffer`, `geen-signaal`, NotPermitted.
    """
    place, followed = _hit(session, identifier)
    record = session.directory.record(place.key_id)
    if record is None:
        raise errors.NotFound("The key of this hit is gone; its period is over.", code="onbekende-sleutel")
    voucher, took = signal.voucher(followed.output, place.key_id), within(clock.now() - place.added)
    body = FeedbackRequest(record.circle, followed.commitment, place.key_id, measure, voucher, took)
    answer = session.transport.post(f"{session.web}/v1/terugkoppelingen", msgspec.json.encode(body))
    matter = Matter(followed.circle, followed.reference, followed.purpose)
    session.store.log(matter.logged("terugkoppelen", kind=followed.type, amount=1, outcome=measure))
    return int(msgspec.json.decode(answer)["signals"])


def _hit(session: Session, identifier: Identifier) -> tuple[Place, Followed]:
    wanted = (identifier.type.label, str(identifier))
    for place, followed in session.store.casebook.hits():
        if (followed.type, followed.identifier) == wanted:
            return place, followed
    raise errors.NotFound("No hit on this identifier is remembered.", code="geen-treffer")


def within(seconds: int) -> Within:
    """How long a measure took, in the steps that are told."""
    return next((name for limit, name in _STEPS if seconds <= limit), "later")
