"""JSON bodies that two towers share: what one writes, the other reads. Source: `docs/reference/protocol.md`."""

from __future__ import annotations

from typing import Literal

import msgspec

from sluis.core.exchange.documents import Signed

Level = Literal["context", "publisher"]


class BucketQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/bevragingen`: number of bits, key id (16 octets), prefixes of that many bits."""

    bits: int
    key: bytes
    prefixes: tuple[int, ...]


class SignalState(msgspec.Struct, frozen=True):
    """What became of one published signal: its id (16 octets), and `stored`, `same` or `replaced`."""

    id: bytes
    state: str


class PublishAnswer(msgspec.Struct, frozen=True):
    """The answer to a publish call, in the order of the call."""

    signals: tuple[SignalState, ...]


class DisclosureRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/verstrekkingen`. The voucher shows that the asker evaluated the identifier; nobody keeps it."""

    circle: bytes
    commitment: bytes
    key: bytes
    level: Level
    purpose: str
    voucher: bytes


class DisclosedSignal(msgspec.Struct, frozen=True, omit_defaults=True):
    """One signal behind the gate: id, sealed context, and the share s that opens it.

    At level `publisher` also the header (80 octets, it names the publisher) and the publisher's signature (64). `provenance` is
    `politie` when a publisher of that sector shared it, at every level: then it may not travel on (Wpg 7).
    """

    context: bytes
    id: bytes
    salt: bytes
    header: bytes | None = None
    signature: bytes | None = None
    provenance: str = ""


class PendingSignal(msgspec.Struct, frozen=True):
    """One signal whose publisher is asked first: until when (seconds); silence refuses."""

    id: bytes
    until: int


class RefusedSignal(msgspec.Struct, frozen=True):
    """One signal that stays shut, with reason and articles."""

    articles: tuple[str, ...]
    id: bytes
    reason: str


class DisclosureAnswer(msgspec.Struct, frozen=True):
    """What is disclosed, what not and what waits, with the hub's signed receipt of what is.

    `request` (16 octets) is what to ask by later; empty when nothing waits.
    """

    receipt: Signed
    refused: tuple[RefusedSignal, ...]
    signals: tuple[DisclosedSignal, ...]
    pending: tuple[PendingSignal, ...] = ()
    request: bytes = b""


class DisclosureDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/verstrekkingen/{request}/besluiten` by a publisher, about one of its signals."""

    decision: Literal["toestaan", "weigeren"]
    signal: bytes


class DisclosureReceipt(msgspec.Struct, frozen=True):
    """What the hub signs under the label `disclosure`: who got which signals, for which purpose, when (seconds)."""

    asker: bytes
    circle: bytes
    commitment: bytes
    level: Level
    purpose: str
    signals: tuple[bytes, ...]
    time: int
    v: Literal[1] = 1


class LeafGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a leaf of the log is of: the event (RFC 8785 JSON) and its salt (16 octets); both empty once erased."""

    event: bytes
    salt: bytes


class OwnEvent(LeafGiven, frozen=True, forbid_unknown_fields=True):
    """A leaf that concerns the asker, with its place in the log from 0."""

    place: int


class OwnEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer of `GET /v1/log/gebeurtenissen`: in the order of the log; `next` is where to go on, or null at the end."""

    events: tuple[OwnEvent, ...]
    next: int | None


class LinesKept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to a holder's log lines: how many were sent, and the leaf of each, in order."""

    leaves: tuple[LeafGiven, ...]
    stored: int


class Cosigned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/log/medeondertekeningen`: the size of the checkpoint, and the holder's line of cosignature/v1."""

    line: str
    size: int


class LogCandidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answer of `GET /v1/log/kandidaat`: the newest checkpoint, and the head of a snapshot that waits to be in force."""

    checkpoint: str
    head: Signed | None


class LogLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a holder tells the hub of each batch it answered: who, for what, how much; never which identifiers.

    `trace` is the W3C trace id it came under, left out when there was none.
    """

    batch: bytes
    digest: bytes
    key: bytes
    m: int
    member: bytes
    root: bytes
    time: int
    use: int
    trace: str = ""


class RevocationKept(msgspec.Struct, frozen=True):
    """The answer to a revocation: the public key (32 octets) that counts no more."""

    key: bytes


class Decided(msgspec.Struct, frozen=True):
    """The answer to a publisher's decision: how the request about its signal is now."""

    state: str


class FeedbackKept(msgspec.Struct, frozen=True):
    """The answer to feedback: for how many signals of others it was kept."""

    signals: int


class CursorKept(msgspec.Struct, frozen=True):
    """The answer to a signed cursor: the furthest the hub has of this member."""

    sequence: int


class CosignatureKept(msgspec.Struct, frozen=True):
    """The answer to a cosignature: the size of the checkpoint it is of."""

    size: int
