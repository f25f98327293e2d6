"""A holder's signed word that it erased shares. Source: `docs/reference/protocol.md`, Ceremony."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sluis.core.exchange.keys import Slot

LABEL: Final = "attest"
MAX_ERASED: Final = 1000
Reason = Literal["superseded", "ended", "failed"]


class Erased(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One share that went: why, of which slot, when (seconds). `failed`: of a ceremony that gave no key."""

    reason: Reason
    slot: Slot
    time: int


class Attestation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holder `holder` says it erased, at most 1,000 shares a document."""

    erased: tuple[Erased, ...]
    holder: int
    v: Literal[1] = 1
