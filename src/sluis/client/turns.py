"""When something is done again under the next key: each thing has its own moment, the same every time it is asked."""

from __future__ import annotations

import hashlib

from sluis.client.session import Session
from sluis.core.exchange.encodings import label


def own_seed(session: Session) -> bytes:
    """A seed of this partner's own, the same every time, that nobody else can tell (32 octets)."""
    return hashlib.sha256(label("jitter") + session.transport.private.private_bytes_raw()).digest()


def turn(seed: bytes, signal_id: bytes, *, begin: int, length: int) -> int:
    """When a signal is published again (seconds): a moment from `begin` on within `length` seconds, spread evenly by `seed`."""
    drawn = hashlib.sha256(seed + signal_id).digest()
    return begin + int.from_bytes(drawn[:8], "big") % max(length, 1)
