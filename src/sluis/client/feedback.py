"""Say that a hit led to a measure: publishers hear the day after what their signal did, and never from whom."""

from __future__ import annotations

from typing import Final

import msgspec

from sluis.client.casebook import Followed, Place, Reviewed
from sluis.client.session import Matter, Session
from sluis.client.store import Processing
from sluis.core import errors
from sluis.core.exchange import signal
from sluis.core.exchange.rights import FeedbackRequest, Measure, Within
from sluis.core.identifiers.kinds import Identifier
from sluis.core.law import adverse
from sluis.core.law.adverse import Review
from sluis.wire import clock, trace

_STEPS: Final[tuple[tuple[int, Within], ...]] = ((900, "15m"), (3_600, "1u"), (86_400, "1d"))


@trace.traced
def give(session: Session, identifier: Identifier, *, measure: Measure, review: Review | None = None) -> int:
    """Tells the publishers behind an earlier hit that it led to `measure`; returns behind how many signals.

    The time it took is counted from the hit, in coarse steps. An adverse measure comes with who reviewed it; that is kept
    here, sealed, and not sent. Raises NotFound `geen-treffer`, `geen-signaal`, NotPermitted, also `geen-menselijke-toets`.
    """
    require_review(session, measure, review)
    place, followed = _hit(session, identifier)
    record = session.directory.record(place.key_id)
    if record is None:
        raise errors.NotFound("The key of this hit is gone; its period is over.", code="onbekende-sleutel")
    voucher, took = signal.voucher(followed.output, place.key_id), within(clock.now() - place.added)
    body = FeedbackRequest(record.circle, followed.commitment, place.key_id, measure, voucher, took)
    answer = session.transport.post(f"{session.web}/v1/terugkoppelingen", msgspec.json.encode(body))
    matter = Matter(followed.circle, followed.reference, followed.purpose)
    session.store.log(matter.logged("terugkoppelen", kind=followed.type, amount=1, outcome=measure))
    if review is not None:
        session.store.casebook.keep_review(Reviewed(clock.now(), followed.type, followed.identifier, measure, review))
    return int(msgspec.json.decode(answer)["signals"])


def require_review(session: Session, measure: Measure, review: Review | None) -> None:
    """Lets a measure be recorded, or raises NotPermitted `geen-menselijke-toets`; the refusal stands in the own log."""
    try:
        adverse.require_review(measure, review)
    except errors.NotPermitted as error:
        session.store.log(Processing(clock.now(), "terugkoppelen", "", "", "", 1, f"geweigerd: {error.reason}"))
        raise


def _hit(session: Session, identifier: Identifier) -> tuple[Place, Followed]:
    wanted = (identifier.type.label, str(identifier))
    for place, followed in session.store.casebook.hits():
        if (followed.type, followed.identifier) == wanted:
            return place, followed
    raise errors.NotFound("No hit on this identifier is remembered.", code="geen-treffer")


def within(seconds: int) -> Within:
    """How long a measure took, in the steps that are told."""
    return next((name for limit, name in _STEPS if seconds <= limit), "later")
