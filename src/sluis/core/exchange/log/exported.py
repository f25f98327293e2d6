"""An export for a supervisor, line by line: a checkpoint, and then events with their proof under it, as JSON.

Every line stands alone but for the checkpoint, which is the first. What is left out shows only as places that are not there.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from sluis.core import errors
from sluis.core.exchange.log import inclusion, merkle
from sluis.core.exchange.log.checkpoint import Checkpoint, Trust


class Head(msgspec.Struct, frozen=True, tag_field="kind", tag="checkpoint"):
    """The first line: the checkpoint under which everything is proven, and what was asked for (times in seconds)."""

    checkpoint: str
    since: int
    until: int
    party: str
    circle: str


class Entry(msgspec.Struct, frozen=True, tag_field="kind", tag="event"):
    """One leaf with its proof: event and salt are empty once they were erased; `leaf` (32 octets) stays."""

    event: bytes
    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    salt: bytes


class Record(msgspec.Struct, frozen=True, tag_field="kind", tag="record"):
    """A line of the processing log or the decision log, or what the edge answered or refused, as plain JSON. These stand beside
    the log; of the edge's the log has a digest a minute."""

    of: Literal["processing", "decision", "edge"]
    record: msgspec.Raw


Line = Head | Entry | Record
_DECODER: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def read(line: bytes) -> Line:
    """The line. Raises Malformed `uitvoer-onleesbaar`."""
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"This is no line of an export: {error}", code="uitvoer-onleesbaar") from None


class Checker:
    """Checks the lines of an export one after another, with constant memory."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._now: Checkpoint | None = None
        self.last = -1
        self.proven = self.erased = self.records = 0

    def take(self, line: bytes) -> None:
        """Raises Malformed, ProtocolFailure `logboek-bewijs` and as `Trust.verify` when the line does not hold."""
        match read(line):
            case Head() as head:
                self._now = self._trust.verify(head.checkpoint)
            case Entry() as entry:
                self._prove(entry)
            case Record():
                self.records += 1

    def _prove(self, entry: Entry) -> None:
        if self._now is None or entry.index <= self.last:
            raise errors.Malformed("Lines come after their checkpoint, in the order of the log.", code="uitvoer-onleesbaar")
        self.last = entry.index
        if entry.salt and inclusion.entry(entry.salt, entry.event) != entry.leaf:
            raise errors.ProtocolFailure("An event is not the one its leaf was made of.", code="logboek-bewijs")
        leaf = merkle.leaf_hash(entry.leaf)
        merkle.require_inclusion(leaf, entry.index, size=self._now.size, root_hash=self._now.root, path=entry.path)
        self.proven += bool(entry.salt)
        self.erased += not entry.salt
