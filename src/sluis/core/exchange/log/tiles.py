"""Tiles of 256 hashes, the form in which the tree is stored and served. Source: C2SP tlog-tiles.

A hash tile of level L holds nodes of height 8 L; an entry bundle holds 256 entries behind their u16 lengths.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from sluis.core import errors
from sluis.core.exchange.encodings import lp
from sluis.core.exchange.log import merkle
from sluis.core.exchange.log.merkle import HASH_OCTETS, Range

WIDTH: Final = 256
_HEIGHT: Final = 8
_PATH: Final = re.compile(r"tile/(entries|[0-9]|[1-9][0-9])/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([0-9]{1,3}))?", re.ASCII)


class Tile(NamedTuple):
    """Where a hash tile stands: level from 0, number from 0."""

    level: int
    number: int


Tiles = Mapping[Tile, bytes]


def width(tile: Tile, size: int) -> int:
    """How many hashes the tile has in a tree of `size` leaves; 0 when it is not there."""
    return max(0, min(WIDTH, (size >> _HEIGHT * tile.level) - tile.number * WIDTH))


def path(tile: Tile, size: int) -> str:
    """Where the tile is served, below the log's address: `tile/0/x001/067`, a partial one with `.p/` and its width."""
    return f"tile/{tile.level}/{_numbered(tile.number, width(tile, size))}"


def bundle_path(number: int, size: int) -> str:
    """Where an entry bundle is served, below the log's address: `tile/entries/000`."""
    return f"tile/entries/{_numbered(number, width(Tile(0, number), size))}"


def _numbered(number: int, count: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    whole = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return whole if count == WIDTH else f"{whole}.p/{count}"


@dataclass(frozen=True, slots=True)
class Place:
    """What a path asks for: a hash tile or, at its level 0, the bundle of the same number; so many hashes or entries of it."""

    tile: Tile
    width: int
    is_bundle: bool


def parse_path(path: str) -> Place | None:
    """What `path` asks for, or None when it is not written as `path` and `bundle_path` write."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, digits, count = found.groups()
    number = int(digits.replace("x", "").replace("/", ""))
    place = Place(Tile(0 if level == "entries" else int(level), number), int(count or WIDTH), level == "entries")
    written = f"tile/{level}/{_numbered(number, place.width)}"
    return place if written == path and 0 < place.width <= WIDTH else None


def bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry behind its u16 length."""
    return b"".join(map(lp, entries))


def unbundle(octets: bytes, count: int) -> list[bytes]:
    """The `count` entries of a bundle. Raises Malformed `tegel-onleesbaar` when there are more, fewer or half ones."""
    found, place = [], 0
    while place < len(octets):
        length = int.from_bytes(octets[place : place + 2], "big")
        found.append(octets[place + 2 : place + 2 + length])
        place += 2 + length
    if place != len(octets) or len(found) != count:
        raise errors.Malformed("This is no entry bundle of the width asked.", code="tegel-onleesbaar")
    return found


def hashes(octets: bytes) -> list[bytes]:
    """The hashes in a tile."""
    return [octets[i : i + HASH_OCTETS] for i in range(0, len(octets), HASH_OCTETS)]


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: per level the hashes of its last tile while that is not full, and how many stand before it.

    With it a tree grows without reading anything that is full; its root follows from it too.
    """

    size: int
    partial: tuple[tuple[bytes, ...], ...] = ()

    @classmethod
    def of(cls, last: Sequence[tuple[int, bytes]]) -> Edge:
        """The edge from the number and octets of the last tile of each level, full or not. No tile at all: no leaves."""
        size = last[0][0] * WIDTH + len(last[0][1]) // HASH_OCTETS if last else 0
        return cls(size, tuple(tuple(hashes(octets)) if len(octets) < WIDTH * HASH_OCTETS else () for _, octets in last))

    def root(self) -> bytes:
        """The root of the tree."""
        found: list[bytes] = []
        for level in self.partial:
            both = [*level, *found]
            found = [merkle.fold(both)] if both else []
        return merkle.root(found)

    def extend(self, entries: Sequence[bytes]) -> Grown:
        """The edge after these entries, and every tile that changed, whole."""
        levels = [list(level) for level in self.partial]
        changed: dict[Tile, bytes] = {}
        added = [merkle.leaf_hash(entry) for entry in entries]
        size, number = self.size + len(entries), 0
        while added:
            if number == len(levels):
                levels.append([])
            first = ((self.size >> _HEIGHT * number) - len(levels[number])) // WIDTH
            full, levels[number] = _cut([*levels[number], *added])
            for i, one in enumerate([*full, levels[number]]):
                if one:
                    changed[Tile(number, first + i)] = b"".join(one)
            added = [merkle.fold(one) for one in full]
            number += 1
        return Grown(Edge(size, tuple(map(tuple, levels))), changed)


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree that grew: its edge now, and the octets of the tiles that changed."""

    edge: Edge
    tiles: dict[Tile, bytes]


def _cut(level: list[bytes]) -> tuple[list[list[bytes]], list[bytes]]:
    whole = len(level) // WIDTH * WIDTH
    return [level[i : i + WIDTH] for i in range(0, whole, WIDTH)], level[whole:]


def _tile_of(level: int, index: int) -> tuple[Tile, int, int]:
    """In which tile the node (level, index) is, from which hash on, of how many."""
    inside = level % _HEIGHT
    first = index << inside
    return Tile(level // _HEIGHT, first // WIDTH), first % WIDTH, 1 << inside


def needed(ranges: Iterable[Range]) -> set[Tile]:
    """The tiles that the hashes of these ranges are made from."""
    return {_tile_of(level, index)[0] for one in ranges for level, index in merkle.perfect(one)}


def proof(ranges: Iterable[Range], known: Tiles) -> tuple[bytes, ...]:
    """The hashes of these ranges from the tiles in `known`, which has all that `needed` names.

    Raises Malformed `tegel-onleesbaar` when a tile is shorter than the proof needs.
    """
    return tuple(merkle.join([_node(node, known) for node in merkle.perfect(one)]) for one in ranges)


def _node(node: tuple[int, int], known: Tiles) -> bytes:
    tile, first, count = _tile_of(*node)
    levels, height = _inside(known[tile]), count.bit_length() - 1
    place = (first >> height) * HASH_OCTETS
    found = levels[height][place : place + HASH_OCTETS] if height < len(levels) else b""
    if len(found) != HASH_OCTETS:
        raise errors.Malformed("A tile is shorter than the tree.", code="tegel-onleesbaar")
    return found


@lru_cache(maxsize=1024)
def _inside(octets: bytes) -> list[bytes]:
    """The whole nodes inside a tile, level by level. Upper tiles serve many proofs, so they are kept: at most 16 MB."""
    levels = [octets]
    while len(levels[-1]) >= 2 * HASH_OCTETS:
        levels.append(merkle.above(levels[-1]))
    return levels


def collect(ranges: Iterable[Range], read: Callable[[Tile], bytes]) -> tuple[bytes, ...]:
    """As `proof`, with each tile read once by `read`."""
    asked = list(ranges)
    return proof(asked, {tile: read(tile) for tile in needed(asked)})
