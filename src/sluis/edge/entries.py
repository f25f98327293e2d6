"""Entries in memory: per key 4,096 cells of entries side by side, so that a bucket is a few cells joined.

A million entries take about 40 MB. One thread only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from sluis.core.exchange import buckets
from sluis.core.exchange.signal import ENTRY_OCTETS, OP_SET

CELL_BITS: Final = 12
KEY_OCTETS: Final = 16
_TAG, _OP, _SEQUENCE_AT = 16, 16, 26
_MOST_KEPT: Final = 256


class KeyEntries:
    """The live entries of one key; and where each removed one went from the stream, for readers that come back."""

    def __init__(self) -> None:
        self.live = 0
        self.removed: dict[bytes, bytes] = {}
        self._cells: dict[int, bytearray] = {}
        self._answers: dict[tuple[int, int], bytes] = {}

    @property
    def bits(self) -> int:
        """p: how many bits of a tag name a bucket now."""
        return buckets.bits_for(self.live)

    def apply(self, entry: bytes) -> None:
        """Sets or removes one entry (32 octets). The same entry twice changes nothing."""
        cell = self._cells.setdefault(buckets.prefix(entry, CELL_BITS), bytearray())
        place = buckets.place(cell, entry[:_TAG])
        if entry[_OP] != OP_SET:
            self._remove(cell, place)
            self.removed[entry[:_TAG]] = entry
        elif place < 0:
            cell += entry
            self.live += 1
            self.removed.pop(entry[:_TAG], None)
        else:
            cell[place : place + ENTRY_OCTETS] = entry
        self._answers.clear()

    def fill(self, cell: int, octets: bytes, *, live: bool) -> None:
        """Takes a whole cell at once, of entries that live or of removals; nothing of it was there before."""
        if live:
            self._cells[cell] = bytearray(octets)
            self.live += len(octets) // ENTRY_OCTETS
        else:
            self.removed |= {entry[:_TAG]: entry for entry in _each(octets)}

    def since(self, cursor: int) -> Iterator[bytes]:
        """What a reader that stopped at `cursor` lacks: entries and removals after it, about a cell at a time, in no order.

        Entries may change while the caller pauses: what is given is never older than what was there at the first step.
        """
        after = cursor.to_bytes(6, "big")
        yield b"".join(entry for entry in self.removed.values() if entry[_SEQUENCE_AT:] > after) if cursor else b""
        for number in list(self._cells):
            yield b"".join(entry for entry in _each(self._cells[number]) if entry[_SEQUENCE_AT:] > after)

    def copy(self) -> list[bytes]:
        """The cells as they are now, in the order of tags, to make a digest of in another thread."""
        return [bytes(self._cells[number]) for number in sorted(self._cells)]

    def _remove(self, cell: bytearray, place: int) -> None:
        if place >= 0:
            del cell[place : place + ENTRY_OCTETS]
            self.live -= 1

    def bucket(self, prefix: int, bits: int) -> bytes:
        """The padded bucket of `prefix`, 65,536 octets. Raises Unavailable `bucket-vol`."""
        known = self._answers.get((prefix, bits))
        if known is None:
            known = buckets.padded(self._collect(prefix, bits))
            if len(self._answers) >= _MOST_KEPT:
                self._answers.clear()
            self._answers[prefix, bits] = known
        return known

    def _collect(self, prefix: int, bits: int) -> bytes:
        if bits > CELL_BITS:
            cell = self._cells.get(prefix >> (bits - CELL_BITS), b"")
            return b"".join(entry for entry in _each(cell) if buckets.prefix(entry, bits) == prefix)
        first = prefix << (CELL_BITS - bits)
        wanted = range(first, first + (1 << (CELL_BITS - bits)))
        cells = self._cells
        if len(wanted) > len(cells):
            return b"".join(cells[number] for number in sorted(cells) if number in wanted)
        return b"".join([cells[number] for number in wanted if number in cells])


class Entries:
    """The live entries of all keys, and how far the stream was followed."""

    def __init__(self) -> None:
        self.cursor = 0
        self._keys: dict[bytes, KeyEntries] = {}

    def fill(self, key_id: bytes, *, cell: int, octets: bytes, live: bool) -> None:
        """Takes a cell of a key at once."""
        self._keys.setdefault(key_id, KeyEntries()).fill(cell, octets, live=live)

    def apply(self, sequence: int, body: bytes) -> tuple[bytes, bytes]:
        """One event of the stream: key id (16), then an entry (32), which gets its place in the stream. Returns both."""
        key_id, entry = body[:KEY_OCTETS], body[KEY_OCTETS:]
        found = self._keys.get(key_id)
        if found is None:
            found = self._keys[key_id] = KeyEntries()
        placed = entry[:_SEQUENCE_AT] + sequence.to_bytes(6, "big")
        found.apply(placed)
        self.cursor = sequence
        return key_id, placed

    def key_ids(self) -> list[bytes]:
        """The key ids under which something was shared."""
        return list(self._keys)

    def of(self, key_id: bytes) -> KeyEntries:
        """The entries of a key; none when nothing was shared under it yet."""
        return self._keys.get(key_id) or KeyEntries()

    def forget_removed(self, floor: int) -> None:
        """Removals at or before `floor` are told to nobody any more: who lies before it begins anew."""
        last = floor.to_bytes(6, "big")
        for found in self._keys.values():
            found.removed = {tag: entry for tag, entry in found.removed.items() if entry[_SEQUENCE_AT:] > last}

    def total(self) -> int:
        """How many entries live, over all keys."""
        return sum(one.live for one in self._keys.values())

    def clear(self) -> None:
        """Forgets everything, to read the stream from its begin."""
        self._keys.clear()
        self.cursor = 0


def digest(cells: Iterable[bytes]) -> bytes:
    """SHA-256 over all entries (32 octets each) sorted by tag. Source: `docs/reference/protocol.md`, Streams."""
    found = hashlib.sha256()
    for cell in cells:
        found.update(b"".join(sorted(_each(cell))))
    return found.digest()


def _each(cell: bytes | bytearray) -> list[bytes]:
    octets = bytes(cell)
    return [octets[i : i + ENTRY_OCTETS] for i in range(0, len(octets), ENTRY_OCTETS)]
