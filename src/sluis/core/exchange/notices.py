"""Notices: what a member hears about its own signals and requests; and the signed cursor by which it says so.

Source: `docs/reference/protocol.md`, Streams.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.documents import Signed

LABEL: Final = "cursor"
NoticeKind = Literal[
    "verstrekking-gevraagd",
    "verstrekking-besloten",
    "betwisting-geopend",
    "betwisting-besloten",
    "gecorrigeerd",
    "terugkoppeling",
    "inzage-gevraagd",
    "inzage-beantwoord",
]


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One notice: kind, time (seconds), circle, and what it is about. Never an identifier, a tag, or who asked.

    `subject` is the id of a request or dispute, `signal` of a signal, `until` (seconds) when an answer is due.
    """

    kind: NoticeKind
    time: int
    circle: bytes
    subject: bytes = b""
    signal: bytes = b""
    until: int = 0
    level: str = ""
    sector: str = ""
    purpose: str = ""
    articles: tuple[str, ...] = ()
    outcome: str = ""
    counts: dict[str, int] = {}


class Cursor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member's receipt: it has processed the stream up to `sequence`, removals included, at `time` (seconds)."""

    v: Literal[1]
    party: bytes
    sequence: int
    stream: str
    time: int


SET_LABEL: Final = "set"


class SetDigest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the hub's reading side signs each hour under the label `set`: under this key, at this place in the stream, so
    many entries live, and this is the SHA-256 of all of them sorted by tag."""

    v: Literal[1]
    key: bytes
    sequence: int
    live: int
    digest: bytes
    time: int


def stream_of(party: bytes) -> str:
    """The name of a member's notice stream."""
    return f"notices/{party.hex()}"


def replica_stream(key_id: bytes) -> str:
    """The name of the entries under one key, as cursors name it."""
    return f"entries/{key_id.hex()}"


def accept_cursor(signed: Signed, *, key: bytes) -> Cursor:
    """The cursor in `signed`. Raises ProtocolFailure `cursor-handtekening` unless `key` signed it, Malformed."""
    if key not in documents.signers(LABEL, signed):
        raise errors.ProtocolFailure("A cursor is signed by the member whose it is.", code="cursor-handtekening")
    return documents.read(signed.payload, Cursor)
