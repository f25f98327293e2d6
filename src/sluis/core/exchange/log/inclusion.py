"""That an event is in the log: what those concerned are given, and how it is checked. Source: `docs/reference/protocol.md`."""

from __future__ import annotations

import msgspec

from sluis.core.exchange.encodings import label, sha256
from sluis.core.exchange.log import merkle
from sluis.core.exchange.log.checkpoint import Checkpoint, Trust


class Logged(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """An event (RFC 8785 JSON) with its salt (16 octets), its place in the log, and the proof up to a cosigned checkpoint."""

    event: bytes
    salt: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: str


def entry(salt: bytes, event: bytes) -> bytes:
    """The public leaf: SHA-256(L(leaf) salt event), 32 octets. It tells nothing of an event whose salt is gone."""
    return sha256(label("leaf"), salt, event)


def verify(logged: Logged, trust: Trust) -> Checkpoint:
    """The checkpoint under which the event is in the log. Raises what `Trust.verify` and `merkle.require_inclusion` raise."""
    found = trust.verify(logged.checkpoint)
    leaf = merkle.leaf_hash(entry(logged.salt, logged.event))
    merkle.require_inclusion(leaf, logged.index, size=found.size, root_hash=found.root, path=logged.path)
    return found
