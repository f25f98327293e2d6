"""Signed notes: a text, and under it lines with signatures by name. Source: C2SP signed-note and tlog-cosignature (v1)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.encodings import sha256

MAX_OCTETS: Final = 65_536
_DASH: Final = "\u2014 "
_KEY_ID, _TIME = 4, 8


class Kind(IntEnum):
    """What a signature says: that the text is signed, or that a witness saw it in order at a moment."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class Verifier:
    """A name and an Ed25519 public key (32 octets) for one kind of signature."""

    name: str
    key: bytes
    kind: Kind = Kind.ED25519

    @property
    def id(self) -> bytes:
        """SHA-256(name 0x0A kind key)[:4], which tells signatures of one name apart."""
        return sha256(self.name.encode(), b"\n", bytes([self.kind]), self.key)[:_KEY_ID]

    def text(self) -> str:
        """The key as other tools take it: `name+id+key`."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.key)}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """The verifier in `name+id+key`. Raises Malformed `sleutels`."""
        name, _plus, rest = text.partition("+")
        identity, _plus, encoded = rest.partition("+")
        octets = _octets(encoded)
        if octets and len(octets) == 33 and octets[0] in set(Kind):
            found = cls(name, octets[1:], Kind(octets[0]))
            if name and found.id.hex() == identity:
                return found
        raise errors.Malformed("A key is written name+id+key, as signed notes have it.", code="sleutels")


@dataclass(frozen=True, slots=True)
class Note:
    """A note as read: its text with the line end, and the signatures under it by name, unverified."""

    text: str
    signatures: tuple[tuple[str, bytes], ...]

    def holds(self, verifier: Verifier) -> bool:
        """Whether one of the signatures is the verifier's."""
        return self.signed_at(verifier) is not None

    def signed_at(self, verifier: Verifier) -> int | None:
        """When the verifier cosigned (seconds), 0 for a plain signature, or None when it did not sign."""
        for name, octets in self.signatures:
            if name == verifier.name and octets[:_KEY_ID] == verifier.id:
                time, signature = _parts(octets[_KEY_ID:], verifier.kind)
                if documents.holds(verifier.key, _signed(self.text, verifier.kind, time), signature):
                    return time
        return None


def read(octets: str) -> Note:
    """The note in `octets`. Raises Malformed `notitie-onleesbaar`."""
    text, parted, lines = octets.rpartition("\n\n")
    if not parted or not lines.endswith("\n") or len(octets) > MAX_OCTETS:
        raise _unreadable()
    return Note(text + "\n", tuple(map(_signature, lines[:-1].split("\n"))))


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The line with a plain signature over `text`, with its line end."""
    return _line(Verifier(name, documents.public_key(private)), private.sign(text.encode()))


def cosign(text: str, name: str, private: Ed25519PrivateKey, *, time: int) -> str:
    """The line with a witness's cosignature over `text` at `time` (seconds), with its line end."""
    verifier = Verifier(name, documents.public_key(private), Kind.COSIGNATURE)
    signature = private.sign(_signed(text, Kind.COSIGNATURE, time))
    return _line(verifier, time.to_bytes(_TIME, "big") + signature)


def _line(verifier: Verifier, octets: bytes) -> str:
    return f"{_DASH}{verifier.name} {_base64(verifier.id + octets)}\n"


def _signed(text: str, kind: Kind, time: int) -> bytes:
    return text.encode() if kind is Kind.ED25519 else f"cosignature/v1\ntime {time}\n{text}".encode()


def _parts(octets: bytes, kind: Kind) -> tuple[int, bytes]:
    return (0, octets) if kind is Kind.ED25519 else (int.from_bytes(octets[:_TIME], "big"), octets[_TIME:])


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    octets = _octets(encoded)
    if not line.startswith(_DASH) or not name or not space or octets is None or len(octets) <= _KEY_ID:
        raise _unreadable()
    return name, octets


def _octets(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _unreadable() -> errors.Malformed:
    return errors.Malformed("This is no signed note.", code="notitie-onleesbaar")
