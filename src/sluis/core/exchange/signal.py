"""Voucher, tag, the signed header of a signal, and the entry others see.

Source: `docs/reference/protocol.md`, Publish and Check.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.encodings import ID_OCTETS, KeyId, Tag, exactly, label, sha256
from sluis.core.exchange.words import Advice, Grade, Kind, Origin

HEADER_OCTETS: Final = 80
ENTRY_OCTETS: Final = 32
SALT_OCTETS: Final = 32
NOTHING: Final = bytes(ID_OCTETS)
_HEADER = struct.Struct(">16s16s16s16sBBBBHHIHH")
_ENTRY = struct.Struct(">16sBBBBHHHHI")


def derive(word: str, output: bytes, key_id: bytes) -> bytes:
    """E(word) = HKDF-Expand-SHA512(y, L(word) key id, 32)."""
    return HKDFExpand(SHA512(), 32, label(word) + key_id).derive(output)


def voucher(output: bytes, key_id: bytes) -> bytes:
    """What shows the hub that a party evaluated the identifier, 32 octets."""
    return derive("voucher", output, key_id)


def tag(key_id: bytes, voucher_octets: bytes) -> Tag:
    """SHA-256(L(tag) key id voucher)[:16]: what the hub computes, so that nobody publishes on a copied tag."""
    return Tag(sha256(label("tag"), key_id, voucher_octets)[:ID_OCTETS])


@dataclass(frozen=True, slots=True)
class Header:
    """What a publisher signs of one signal. Ids 16 octets; created in hours, seen and expires in days since 1970."""

    key_id: KeyId
    signal_id: bytes
    publisher: bytes
    kind: Kind
    origin: Origin
    grade: Grade
    advice: Advice
    form: int
    revision: int
    created: int
    seen: int
    expires: int
    replaces: bytes = NOTHING

    def octets(self) -> bytes:
        """80 octets in the order of the protocol."""
        numbers = (self.kind, self.origin, self.grade, self.advice, self.form, self.revision)
        return _HEADER.pack(
            self.key_id, self.signal_id, self.publisher, self.replaces, *numbers, self.created, self.seen, self.expires
        )

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Reads 80 octets. Raises Malformed `lengte` or `onbekend-getal`."""
        key, signal, publisher, replaces, *numbers = _HEADER.unpack(exactly(octets, HEADER_OCTETS, what="header"))
        kind, origin, grade, advice, form, revision, created, seen, expires = numbers
        try:
            words = Kind(kind), Origin(origin), Grade(grade), Advice(advice)
        except ValueError:
            raise errors.Malformed(
                "Kind, origin, grade or advice is no number of the protocol.", code="onbekend-getal"
            ) from None
        return cls(KeyId(key), signal, publisher, *words, form, revision, created, seen, expires, replaces)


def signed_octets(header: bytes, tag_octets: bytes, *, salt: bytes, context: bytes) -> bytes:
    """What the publisher's signature covers: L(signal) header tag SHA-256(s) SHA-256(ct)."""
    return label("signal") + header + tag_octets + sha256(salt) + sha256(context)


def sign(private: Ed25519PrivateKey, header: Header, tag_octets: Tag, *, salt: bytes, context: bytes) -> bytes:
    """The publisher's signature, 64 octets."""
    return private.sign(signed_octets(header.octets(), tag_octets, salt=salt, context=context))


def check_signature(key: bytes, signature: bytes, octets: bytes) -> None:
    """Raises ProtocolFailure `signaal-handtekening` when `signature` is not that of `key` over `octets`."""
    if not documents.holds(key, octets, signature):
        raise errors.ProtocolFailure("The publisher did not sign this signal.", code="signaal-handtekening")


OP_PADDING, OP_SET, OP_REMOVE = 0, 1, 2
MANY: Final = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """What a circle sees of one tag: n distinct groups (5 = 5 or more), best grade, mildest advice, newest form, days."""

    tag: Tag
    op: int
    n: int
    grade: int
    advice: int
    form: int
    seen: int
    expires: int
    sequence: int = 0

    def octets(self) -> bytes:
        """32 octets in the order of the protocol."""
        numbers = (self.op, self.n, self.grade, self.advice, self.form, self.seen, self.expires)
        return _ENTRY.pack(self.tag, *numbers, self.sequence >> 32, self.sequence & 0xFFFFFFFF)

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Reads 32 octets. Raises Malformed `lengte`."""
        found = _ENTRY.unpack(exactly(octets, ENTRY_OCTETS, what="entry"))
        tag_octets, op, n, grade, advice, form, seen, expires, high, low = found
        return cls(Tag(tag_octets), op, n, grade, advice, form, seen, expires, (high << 32) | low)

    def at(self, sequence: int) -> Self:
        """The same entry with its place in the stream."""
        return replace(self, sequence=sequence)
