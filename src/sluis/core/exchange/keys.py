"""Key records: the public side of one key per circle, type and epoch. Source: `docs/reference/protocol.md`, Keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from sluis.core import errors
from sluis.core.exchange import documents, group, sharing
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import ID_OCTETS, KeyId, label, sha256, u8, u32
from sluis.core.exchange.policy import Snapshot
from sluis.core.identifiers.kinds import IdentifierType

Place = tuple[bytes, int, int]


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """What a key is for: circle (16 octets), type number, epoch, generation."""

    circle: bytes
    type: int
    epoch: int
    generation: int

    def octets(self) -> bytes:
        """circle u8(type) u32(epoch) u32(generation)."""
        return self.circle + u8(self.type) + u32(self.epoch) + u32(self.generation)

    @property
    def place(self) -> Place:
        """Circle, type and epoch."""
        return self.circle, self.type, self.epoch

    def next(self) -> Slot:
        """The slot of the next generation."""
        return Slot(self.circle, self.type, self.epoch, self.generation + 1)


class KeyRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document the holders sign: slot, n, t, public key K and public shares K_1..K_n (32 octets each).

    `made` is when the key was made, `renewed` when this generation of shares was (seconds).
    """

    v: Literal[1]
    circle: bytes
    type: int
    epoch: int
    generation: int
    n: int
    t: int
    key: bytes
    shares: tuple[bytes, ...]
    made: int = 0
    renewed: int = 0

    @property
    def slot(self) -> Slot:
        """The slot this key fills."""
        return Slot(self.circle, self.type, self.epoch, self.generation)

    @property
    def place(self) -> Place:
        """Circle, type and epoch: what has one key, whatever its generation."""
        return self.circle, self.type, self.epoch

    @property
    def id(self) -> KeyId:
        """SHA-256(L(key) circle u8(type) u32(epoch) K)[:16]; a refresh keeps it."""
        return key_id(self.circle, self.type, epoch=self.epoch, public=self.key)

    @property
    def identifier_type(self) -> IdentifierType:
        """The type of identifier the key is for."""
        return IdentifierType(self.type)


def key_id(circle: bytes, type_number: int, *, epoch: int, public: bytes) -> KeyId:
    """The id of a key, 16 octets; separates circle, type and epoch."""
    return KeyId(sha256(label("key"), circle, u8(type_number), u32(epoch), public)[:ID_OCTETS])


@dataclass(frozen=True, slots=True)
class AcceptedKey:
    """A key record that all holders signed, with the document as sent."""

    record: KeyRecord
    signed: Signed


def accept(signed: Signed, snapshot: Snapshot) -> AcceptedKey:
    """The key record in `signed`, when all n holders of the snapshot signed it and its shares fit its key.

    Raises ProtocolFailure `sleutel-handtekening`, `sleutel-onsamenhangend`; Malformed when it does not read.
    """
    record = documents.read(signed.payload, KeyRecord)
    holders = {holder.key for holder in snapshot.head.holders if not snapshot.is_revoked(holder.key)}
    if len(holders) != record.n or record.t != snapshot.head.threshold or not holders <= documents.signers("keys", signed):
        raise errors.ProtocolFailure("A key counts only when every holder signed its record.", code="sleutel-handtekening")
    return read(signed)


def read(signed: Signed) -> AcceptedKey:
    """The key record in `signed` when its shares fit its key, whoever signed it. Raises as `accept` but for the signatures."""
    record = documents.read(signed.payload, KeyRecord)
    for element in (record.key, *record.shares):
        group.check_element(element)
    if len(record.shares) != record.n:
        raise errors.ProtocolFailure("There is not one share per holder.", code="sleutel-onsamenhangend")
    sharing.check_public_shares(record.key, record.shares, record.t)
    return AcceptedKey(record, signed)
