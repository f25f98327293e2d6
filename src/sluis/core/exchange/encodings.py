"""Labels, lengths, ids and the written form of documents. Source: `docs/reference/protocol.md`, Notation."""

from __future__ import annotations

import hashlib
from typing import Final, NewType

import msgspec
import rfc8785

from sluis.core import errors

ID_OCTETS: Final = 16
KeyId = NewType("KeyId", bytes)
Tag = NewType("Tag", bytes)


def label(word: str) -> bytes:
    """L(w): domain separation of every hash, signature and key derivation."""
    return b"sluis/1 " + word.encode("ascii") + b"\0"


def lp(octets: bytes) -> bytes:
    """`octets` behind their u16 length. Raises Malformed above 65,535 octets."""
    if len(octets) > 0xFFFF:
        raise errors.Malformed("This part is longer than 65,535 octets.", code="te-lang")
    return len(octets).to_bytes(2, "big") + octets


def u8(number: int) -> bytes:
    """One octet."""
    return number.to_bytes(1, "big")


def u16(number: int) -> bytes:
    """Two octets, big-endian."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """Four octets, big-endian."""
    return number.to_bytes(4, "big")


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the concatenation of `parts`, 32 octets."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def document(value: object) -> bytes:
    """`value` (a Struct or plain data; octets become base64) as RFC 8785 JSON."""
    return rfc8785.dumps(msgspec.to_builtins(value, builtin_types=()))


def exactly(octets: bytes, length: int, *, what: str) -> bytes:
    """`octets` when there are `length` of them. Raises Malformed `lengte` naming `what`."""
    if len(octets) != length:
        raise errors.Malformed(f"{what} takes {length} octets, not {len(octets)}.", code="lengte", where=what)
    return octets
