"""Take own signals back. Always allowed; what is gone stays gone."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sluis.client.session import Session
from sluis.core.exchange.bodies import PublishAnswer, SignalState
from sluis.core.exchange.rights import MAX_WITHDRAWN, Withdrawn, WithdrawRequest
from sluis.wire import trace


@trace.traced
def withdraw(session: Session, signals: Sequence[bytes], *, circle: str, reason: Withdrawn) -> list[SignalState]:
    """Takes back signals of one's own in a circle, by id, in order: `withdrawn`, or `gone` when it was already.

    Raises NotAllowed, NotFound `onbekende-kring`, Unavailable; trying again is safe.
    """
    section, _member = session.membership(circle)
    url = f"{session.web}/v1/kringen/{section.circle.hex()}/intrekkingen"
    states: list[SignalState] = []
    for start in range(0, len(signals), MAX_WITHDRAWN):
        body = msgspec.json.encode(WithdrawRequest(reason, tuple(signals[start : start + MAX_WITHDRAWN])))
        states += msgspec.json.decode(session.transport.post(url, body), type=PublishAnswer).signals
    session.store.forget_own({one.id for one in states})
    return states
