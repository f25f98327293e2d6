"""Entries in memory: per key 4,096 cells of entries side by side, so that a bucket is a few cells joined.

A million entries take about 40 MB. One thread only.
"""

from __future__ import annotations

from typing import Final

from sluis.core.exchange import buckets
from sluis.core.exchange.signal import ENTRY_OCTETS, OP_SET

CELL_BITS: Final = 12
KEY_OCTETS: Final = 16
_TAG, _OP, _SEQUENCE_AT = 16, 16, 26
_MOST_KEPT: Final = 256


class KeyEntries:
    """The live entries of one key."""

    def __init__(self) -> None:
        self.live = 0
        self._cells: dict[int, bytearray] = {}
        self._answers: dict[tuple[int, int], bytes] = {}

    @property
    def bits(self) -> int:
        """p: how many bits of a tag name a bucket now."""
        return buckets.bits_for(self.live)

    def apply(self, entry: bytes) -> None:
        """Sets or removes one entry (32 octets). The same entry twice changes nothing."""
        cell = self._cells.setdefault(buckets.prefix(entry, CELL_BITS), bytearray())
        place = _find(cell, entry[:_TAG])
        if entry[_OP] != OP_SET:
            self._remove(cell, place)
        elif place < 0:
            cell += entry
            self.live += 1
        else:
            cell[place : place + ENTRY_OCTETS] = entry
        self._answers.clear()

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
            entries = (bytes(cell[i : i + ENTRY_OCTETS]) for i in range(0, len(cell), ENTRY_OCTETS))
            return b"".join(entry for entry in entries if buckets.prefix(entry, bits) == prefix)
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

    def apply(self, sequence: int, body: bytes) -> None:
        """One event of the stream: key id (16), then an entry (32), which gets its place in the stream."""
        key_id, entry = body[:KEY_OCTETS], body[KEY_OCTETS:]
        found = self._keys.get(key_id)
        if found is None:
            found = self._keys[key_id] = KeyEntries()
        found.apply(entry[:_SEQUENCE_AT] + sequence.to_bytes(6, "big"))
        self.cursor = sequence

    def of(self, key_id: bytes) -> KeyEntries:
        """The entries of a key; none when nothing was shared under it yet."""
        return self._keys.get(key_id) or KeyEntries()

    def total(self) -> int:
        """How many entries live, over all keys."""
        return sum(one.live for one in self._keys.values())

    def clear(self) -> None:
        """Forgets everything, to read the stream from its begin."""
        self._keys.clear()
        self.cursor = 0


def _find(cell: bytearray, tag: bytes) -> int:
    place = cell.find(tag)
    while place > 0 and place % ENTRY_OCTETS:
        place = cell.find(tag, place + 1)
    return place
