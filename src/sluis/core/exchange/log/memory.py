"""A whole log in memory: for the hub in memory that partners test against, and as the plain counterpart of the stored one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core.exchange import documents
from sluis.core.exchange.log import inclusion, merkle, note, tiles
from sluis.core.exchange.log.checkpoint import Checkpoint, LogKey
from sluis.core.exchange.log.inclusion import Logged
from sluis.core.exchange.log.tiles import Edge, Tile

Witness = tuple[str, Ed25519PrivateKey]


@dataclass(slots=True)
class MemoryLog:
    """Entries in order and their tiles, under one key."""

    origin: str
    private: Ed25519PrivateKey
    entries: list[bytes] = field(default_factory=list)
    tiles: dict[Tile, bytes] = field(default_factory=dict)
    _edge: Edge = field(default_factory=lambda: Edge(0))

    @property
    def key(self) -> LogKey:
        """Origin and public key."""
        return LogKey(origin=self.origin, key=documents.public_key(self.private))

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    def append(self, *entries: bytes) -> int:
        """Adds entries; returns the place of the first."""
        grown = self._edge.extend(entries)
        self.entries += entries
        self.tiles |= grown.tiles
        self._edge = grown.edge
        return self.size - len(entries)

    def checkpoint(self, witnesses: Sequence[Witness] = (), *, time: int = 0) -> str:
        """The checkpoint of now as a note, cosigned by these witnesses at `time` (seconds)."""
        now = Checkpoint(self.origin, self.size, self._edge.root())
        lines = (note.cosign(now.text(), name, private, time=time) for name, private in witnesses)
        return now.signed(self.private) + "".join(lines)

    def logged(self, event: bytes, salt: bytes, *, witnesses: Sequence[Witness], time: int) -> Logged:
        """Appends an event; returns it with its proof under a checkpoint cosigned by these witnesses."""
        index = self.append(inclusion.entry(salt, event))
        path = tiles.collect(merkle.inclusion_ranges(index, self.size), self.tiles.__getitem__)
        return Logged(event=event, salt=salt, index=index, path=path, checkpoint=self.checkpoint(witnesses, time=time))

    def serve(self, path: str) -> bytes | None:
        """What a log serves below its address: a tile or an entry bundle by its path, or None when it has no such thing."""
        place = tiles.parse_path(path)
        if place is None or place.width > tiles.width(place.tile, self.size):
            return None
        if place.is_bundle:
            first = place.tile.number * tiles.WIDTH
            return tiles.bundle(self.entries[first : first + place.width])
        return self.tiles[place.tile][: place.width * merkle.HASH_OCTETS]
