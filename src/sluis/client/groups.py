"""What this organisation hears about its closed groups, and what was released to it. Only people consent, in the portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

import msgspec

from sluis.client.session import Session
from sluis.core.exchange.groups import Message, Messages, Releases

STREAM: Final = "groepen"


def messages(session: Session, *, after: int = 0) -> Messages:
    """The next messages after this place, at most 200: kind, time and address, never what an item is about.

    Raises NotAllowed for who is in no circle, Unavailable.
    """
    octets = session.transport.get(f"{session.web}/v1/berichten?na={after}")
    return msgspec.json.decode(octets, type=Messages)


def relay(session: Session, deliver: Callable[[Message], None]) -> int:
    """Hands each new message to `deliver`, in order, and remembers each that it took; returns how many. Raises as `messages`,
    and what `deliver` raises: that message comes again."""
    done = 0
    for one in messages(session, after=session.store.heard(STREAM)).messages:
        deliver(one)
        session.store.keep_heard(STREAM, one.sequence)
        done += 1
    return done


def releases(session: Session, *, after: str = "") -> Releases:
    """What contributors released to this organisation, the newest first, older than the mark `after`. Raises as `messages`."""
    octets = session.transport.get(f"{session.web}/v1/vrijgaven?na={quote(after)}")
    return msgspec.json.decode(octets, type=Releases)
