"""The policy snapshot: the only directory of who may do what. Source: `docs/reference/protocol.md`, Policy snapshot."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import label, sha256
from sluis.core.exchange.log import inclusion
from sluis.core.exchange.log.checkpoint import LogKey, Trust
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.words import OPENING, POSSIBLE, Use
from sluis.core.identifiers.kinds import IdentifierType, type_named

MAX_TERM: Final = 7 * 86_400
SKEW: Final = 60
SIGNATURES_NEEDED: Final = 2
OFFERED: Final = "beleid aangeboden"
Release = Literal["automatic", "approval", "off"]


class Budget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How many elements a member may have evaluated for one use: a minute, a day, a year."""

    minute: int
    day: int
    year: int


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A member of one circle: party id and group (16 octets each), Ed25519 key, what it may do, and until when."""

    id: bytes
    name: str
    sector: str
    group: bytes
    key: bytes
    types: tuple[str, ...]
    uses: tuple[str, ...]
    budgets: dict[str, Budget]
    from_: int = msgspec.field(name="from")
    until: int

    def budget(self, use: Use) -> Budget:
        """The budget for `use`; nothing granted is a budget of nothing."""
        return self.budgets.get(use.label, Budget(minute=0, day=0, year=0))


class AssessmentTerm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which approved assessment speaks of the circle, from when until when (seconds), what it answers and by which articles,
    and what it grants beside sharing and checking (`watch`)."""

    id: str
    from_: int = msgspec.field(name="from")
    until: int
    grants: tuple[str, ...] = ()
    outcome: str = POSSIBLE
    articles: tuple[str, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether the answer opens the gate. Whatever else it answers, the gate stays shut."""
        return self.outcome in OPENING


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """How a context and a publisher's name are disclosed."""

    context: Release
    publisher: Release


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One circle: its rules and members."""

    v: Literal[1]
    circle: bytes
    name: str
    title: str
    from_: int = msgspec.field(name="from")
    until: int
    types: tuple[str, ...]
    purposes: tuple[str, ...]
    mode: Literal["bucket", "replica"]
    k: int
    grade: Literal["A", "B", "C", "D"]
    retention: int
    disclosure: Disclosure
    assessment: AssessmentTerm | None
    members: tuple[Member, ...]

    def identifier_types(self) -> tuple[IdentifierType, ...]:
        """The types this circle exchanges, and so needs keys for; none while its assessment says no, or there is none."""
        opens = self.assessment is not None and self.assessment.opens
        return tuple(type_named(name) for name in self.types) if opens else ()


class SealedSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A section as sent, with its 16 octets of salt."""

    payload: bytes
    salt: bytes

    def digest(self) -> bytes:
        """What the head names: SHA-256(L(section) salt payload)."""
        return sha256(label("section"), self.salt, self.payload)


class Epoch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A key period: number from 1, first second, first second after it."""

    number: int
    start: int
    end: int


class Holder(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A key holder: index 1..n, Ed25519 key, X25519 key to seal shares to, address."""

    id: bytes
    index: int
    name: str
    key: bytes
    seal: bytes
    url: str

    @property
    def witness(self) -> str:
        """The name under which this holder cosigns checkpoints of the log."""
        return f"sluis/houder/{self.id.hex()}"


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A service of the hub with its Ed25519 key and address."""

    id: bytes
    key: bytes
    url: str


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What all parties share: term, holders, epochs, revoked keys, digests."""

    v: Literal[1]
    serial: int
    created: int
    not_after: int
    threshold: int
    holders: tuple[Holder, ...]
    hub: Service
    edge: Service
    log: LogKey
    epochs: tuple[Epoch, ...]
    revoked: tuple[bytes, ...]
    normaliser: int
    suffixes: bytes
    protected: bytes
    sections: tuple[bytes, ...]


class Revocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A key that counts no more, from `created` on and for good."""

    v: Literal[1]
    key: bytes
    created: int


class _Offered(msgspec.Struct, frozen=True):
    activity: str
    reference: str


class SignedSnapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A snapshot as sent: head, the sections the receiver may have, and, once it is in force, the proof that it is logged."""

    head: Signed
    sections: tuple[SealedSection, ...]
    proof: Logged | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A snapshot by which the holders changed, in force then: its head, and the proof that the holders of before saw it."""

    head: Signed
    proof: Logged


@dataclass(frozen=True)
class Snapshot:
    """An accepted snapshot. `revoked` grows by revocations; everything else is as signed."""

    head: Head
    sections: Mapping[bytes, Section]
    octets: bytes
    revoked: frozenset[bytes] = field(default=frozenset())

    def require_current(self, now: int) -> None:
        """Raises Unavailable `beleid-verlopen` when the snapshot's term is over: then nothing may pass."""
        if now >= self.head.not_after:
            raise errors.Unavailable("The policy snapshot has expired; everything stays shut.", code="beleid-verlopen")

    def section(self, circle: bytes) -> Section:
        """The circle with this id. Raises NotFound `onbekende-kring`."""
        found = self.sections.get(circle)
        if found is None:
            raise errors.NotFound("This circle is not in the policy snapshot.", code="onbekende-kring")
        return found

    def named(self, name: str) -> Section:
        """The circle called `name`. Raises NotFound `onbekende-kring`."""
        for section in self.sections.values():
            if section.name == name:
                return section
        raise errors.NotFound("This circle is not in the policy snapshot.", code="onbekende-kring")

    def is_revoked(self, key: bytes) -> bool:
        """Whether `key` was taken away, by the head or by a revocation since."""
        return key in self.revoked or key in self.head.revoked

    @cached_property
    def _memberships(self) -> dict[bytes, list[tuple[Section, Member]]]:
        found: dict[bytes, list[tuple[Section, Member]]] = {}
        for section in self.sections.values():
            for member in section.members:
                found.setdefault(member.key, []).append((section, member))
        return found

    def memberships(self, key: bytes) -> list[tuple[Section, Member]]:
        """The circles in which `key` is a member's key; none when it is revoked or unknown."""
        return [] if self.is_revoked(key) else self._memberships.get(key, [])

    def member(self, circle: bytes, key: bytes) -> tuple[Section, Member]:
        """The circle and the member with this key. Raises NotFound `onbekende-kring`, NotAllowed `geen-lid`."""
        section = self.section(circle)
        for found, member in self.memberships(key):
            if found is section:
                return found, member
        raise errors.NotAllowed("This key belongs to no member of the circle.", code="geen-lid")

    def holder_with(self, key: bytes) -> Holder | None:
        """The holder whose key this is, unless revoked."""
        holders = (holder for holder in self.head.holders if holder.key == key)
        return None if self.is_revoked(key) else next(holders, None)

    def is_service(self, key: bytes) -> bool:
        """Whether `key` is the hub's or the edge's, and not revoked."""
        return key in (self.head.hub.key, self.head.edge.key) and not self.is_revoked(key)

    def with_revoked(self, keys: Iterable[bytes]) -> Snapshot:
        """The same snapshot with more keys taken away."""
        return Snapshot(self.head, self.sections, self.octets, self.revoked | frozenset(keys))


def accept(sent: SignedSnapshot, *, pinned: Iterable[bytes], stored: Snapshot | None, now: int) -> Snapshot:
    """The snapshot in `sent`, when everything about it holds and the holders of the stored one saw it in the log.

    Without a stored one its own holders count; the octets that are stored already need no proof again.
    Raises what `check` raises, and ProtocolFailure `beleid-niet-in-logboek` with `cause`.
    """
    snapshot = check(sent, pinned=pinned, stored=stored, now=now)
    if stored is None or sent.head.payload != stored.octets:
        require_logged(sent, trust_in(stored or snapshot, snapshot))
    return snapshot


def follow(stored: Snapshot, steps: Iterable[Step], *, pinned: Iterable[bytes]) -> Snapshot:
    """The snapshot whose holders judge the next one, for who slept while holders were replaced. Terms long over do not matter.

    Raises what `accept` raises when a step does not hold.
    """
    keys = frozenset(pinned)
    for step in steps:
        sent = SignedSnapshot(head=step.head, sections=(), proof=step.proof)
        stored = accept(sent, pinned=keys, stored=stored, now=documents.read(step.head.payload, Head).created)
    return stored


def check(sent: SignedSnapshot, *, pinned: Iterable[bytes], stored: Snapshot | None, now: int) -> Snapshot:
    """The snapshot in `sent`, when everything about it holds, the log aside: a candidate, in force for nobody yet.

    Raises ProtocolFailure with `beleid-handtekening` (fewer than two pinned keys signed), `beleid-teruggedraaid` (serial not
    above the stored one), `beleid-termijn` (created ahead, or term over 7 days), `beleid-sectie` (a section without its
    digest in the head), `beleid-houders` (indices not 1..n), `beleid-perioden` (epochs that do not follow each other);
    Unavailable `beleid-verlopen`.
    """
    _require(len(documents.signers("policy", sent.head) & frozenset(pinned)) >= SIGNATURES_NEEDED, "beleid-handtekening")
    head = documents.read(sent.head.payload, Head)
    _require(head.created <= now + SKEW and 0 < head.not_after - head.created <= MAX_TERM, "beleid-termijn")
    _require(all(sealed.digest() in head.sections for sealed in sent.sections), "beleid-sectie")
    _require([holder.index for holder in head.holders] == [*range(1, len(head.holders) + 1)], "beleid-houders")
    _require(1 <= head.threshold <= len(head.holders), "beleid-houders")
    _require(_are_consecutive(head.epochs), "beleid-perioden")
    sections = [documents.read(sealed.payload, Section) for sealed in sent.sections]
    snapshot = Snapshot(head, {section.circle: section for section in sections}, sent.head.payload)
    snapshot.require_current(now)
    if stored is None:
        return snapshot
    _require(head.serial > stored.head.serial or sent.head.payload == stored.octets, "beleid-teruggedraaid")
    return snapshot.with_revoked(stored.revoked)


def trust_in(judge: Snapshot, candidate: Snapshot) -> Trust:
    """Whom to believe about the log: t of the holders of `judge`, and the log's key in either, for a key may be renewed."""
    holders = {one.witness: one.key for one in judge.head.holders if not judge.is_revoked(one.key)}
    return Trust((judge.head.log, candidate.head.log), holders, judge.head.threshold)


def require_logged(sent: SignedSnapshot, trust: Trust) -> None:
    """Raises ProtocolFailure `beleid-niet-in-logboek` unless the proof shows the head's digest in the log.

    The event has activity `beleid aangeboden` and, as reference, SHA-256 of the head's payload in hexadecimal.
    """
    if sent.proof is None:
        raise _unlogged("geen-bewijs")
    try:
        inclusion.verify(sent.proof, trust)
        event = documents.read(sent.proof.event, _Offered)
    except errors.SluisError as error:
        raise _unlogged(error.reason) from None
    if event != _Offered(OFFERED, sha256(sent.head.payload).hex()):
        raise _unlogged("andere-gebeurtenis")


def _unlogged(cause: str) -> errors.ProtocolFailure:
    return errors.ProtocolFailure(
        "The snapshot is not proven to be in the log under a checkpoint that enough holders cosigned.",
        code="beleid-niet-in-logboek",
        cause=cause,
    )


def accept_revocation(signed: Signed, *, pinned: Iterable[bytes]) -> bytes:
    """The key taken away by `signed`; one pinned key, or the key itself, signed.

    Raises ProtocolFailure `intrekking-handtekening`.
    """
    revocation = documents.read(signed.payload, Revocation)
    _require(bool(documents.signers("revoke", signed) & {*pinned, revocation.key}), "intrekking-handtekening")
    return revocation.key


def seen_by(sections: Iterable[SealedSection], key: bytes) -> Iterator[SealedSection]:
    """The sections in which `key` is a member's: all that a member may have."""
    for sealed in sections:
        if any(member.key == key for member in documents.read(sealed.payload, Section).members):
            yield sealed


_WHY = {
    "beleid-handtekening": "Two of the three policy keys must have signed the snapshot.",
    "beleid-teruggedraaid": "A newer snapshot was accepted before; an older one is never taken back.",
    "beleid-termijn": "The snapshot's dates do not hold: made in the future, or valid for more than 7 days.",
    "beleid-sectie": "A section is not the one the head names.",
    "beleid-houders": "The holders are not numbered 1 to n, or the threshold does not fit.",
    "beleid-perioden": "The key periods do not follow each other: numbers rise by 1, each starts when the one before ends.",
    "intrekking-handtekening": "A revocation is signed by a policy key or by the key itself.",
}


def _are_consecutive(periods: Sequence[Epoch]) -> bool:
    """All parties compute from these which key is used: a gap or an overlap would have two answers."""
    follow = ((later.number, later.start) == (one.number + 1, one.end) for one, later in itertools.pairwise(periods))
    return all(one.start < one.end for one in periods) and all(follow)


def _require(holds: bool, code: str) -> None:
    if not holds:
        raise errors.ProtocolFailure(_WHY[code], code=code)
