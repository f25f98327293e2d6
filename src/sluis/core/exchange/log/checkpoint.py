"""Checkpoints: what a log says it is at a size, signed by the log and cosigned by witnesses. Source: C2SP tlog-checkpoint."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.core.exchange.log import note
from sluis.core.exchange.log.merkle import HASH_OCTETS
from sluis.core.exchange.log.note import Kind, Verifier

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class LogKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A log by its origin, the first line of its checkpoints, with its Ed25519 key."""

    origin: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many leaves the log of this origin has, and its root (32 octets) at that size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, private: Ed25519PrivateKey) -> str:
        """The checkpoint as a note with the log's signature."""
        return f"{self.text()}\n{note.sign(self.text(), self.origin, private)}"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to believe: logs by origin and key, witnesses by name and key, and how many of those must have cosigned."""

    logs: tuple[LogKey, ...]
    witnesses: Mapping[str, bytes]
    threshold: int

    def verify(self, octets: str) -> Checkpoint:
        """The checkpoint in a note that a log signed and enough witnesses cosigned.

        Raises Malformed when it does not read, ProtocolFailure `logboek-handtekening`, `logboek-getuigen`.
        """
        found = opened(octets, self.logs)
        if len(witnesses(octets, self.witnesses)) < self.threshold:
            raise errors.ProtocolFailure(
                f"Fewer than {self.threshold} holders cosigned the checkpoint of size {found.size}.", code="logboek-getuigen"
            )
        return found


def parse(text: str) -> Checkpoint:
    """The checkpoint in the text of a note; lines after the third are allowed. Raises Malformed `checkpoint-onleesbaar`."""
    lines = text.split("\n")
    if len(lines) > 3 and lines[0] and _SIZE.fullmatch(lines[1]):
        root = _octets(lines[2])
        if len(root) == HASH_OCTETS:
            return Checkpoint(lines[0], int(lines[1]), root)
    raise errors.Malformed("This is no checkpoint: origin, size and root, a line each.", code="checkpoint-onleesbaar")


def _octets(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def opened(octets: str, logs: tuple[LogKey, ...]) -> Checkpoint:
    """The checkpoint in a note that one of the logs signed. Raises as `Trust.verify`, witnesses aside."""
    read = note.read(octets)
    found = parse(read.text)
    verifiers = (Verifier(log.origin, log.key) for log in logs if log.origin == found.origin)
    if not any(read.holds(verifier) for verifier in verifiers):
        raise errors.ProtocolFailure("The log did not sign this checkpoint.", code="logboek-handtekening")
    return found


def witnesses(octets: str, known: Mapping[str, bytes]) -> dict[str, int]:
    """Which of the known witnesses cosigned a note, and when (seconds). A key under two names counts once."""
    read = note.read(octets)
    by_key: dict[bytes, tuple[str, int]] = {}
    for name, key in known.items():
        when = read.signed_at(Verifier(name, key, Kind.COSIGNATURE))
        if when is not None:
            by_key[key] = (name, when)
    return dict(by_key.values())
