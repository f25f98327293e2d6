"""Buckets: an asker fetches all entries that share the first p bits of a tag. Source: `docs/reference/protocol.md`, Check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sluis.core import errors
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.signal import ENTRY_OCTETS, OP_SET, Entry

CAPACITY: Final = 2048
BUCKET_OCTETS: Final = CAPACITY * ENTRY_OCTETS
MAX_PREFIXES: Final = 64
MAX_BITS: Final = 20
_PER_BUCKET: Final = 768
_OP: Final = 16


def bits_for(live: int) -> int:
    """p = max(0, floor(log2(live / 768))), at most 20."""
    return min(MAX_BITS, max(0, (live // _PER_BUCKET).bit_length() - 1))


def prefix(tag: bytes, bits: int) -> int:
    """The first `bits` bits of a tag, as a number."""
    return int.from_bytes(tag[:4], "big") >> (32 - bits)


def check_prefixes(prefixes: Sequence[int], bits: int) -> None:
    """Raises Malformed `voorvoegsels` unless there are 1 to 64 of them, each below 2^bits."""
    if not 1 <= len(prefixes) <= MAX_PREFIXES or any(not 0 <= one < 1 << bits for one in prefixes):
        raise errors.Malformed("Ask for 1 to 64 prefixes, each of the bits named.", code="voorvoegsels")


def padded(entries: bytes) -> bytes:
    """Entries side by side, filled with zero entries to 2,048. Raises Unavailable `bucket-vol` above that."""
    if len(entries) > BUCKET_OCTETS:
        raise errors.Unavailable("This bucket holds more than fits; the number of bits must grow.", code="bucket-vol")
    return entries.ljust(BUCKET_OCTETS, b"\0")


def find(bucket: bytes, tag: Tag) -> Entry | None:
    """The set entry for `tag` in one padded bucket, or None."""
    start = place(bucket, tag)
    octets = bucket[start : start + ENTRY_OCTETS]
    return Entry.parse(octets) if start >= 0 and octets[_OP] == OP_SET else None


def place(entries: bytes | bytearray, tag: bytes) -> int:
    """Where the entry of `tag` begins among entries side by side; -1 when it is not there."""
    start = entries.find(tag)
    # The same octets may lie across two entries, or inside one.
    while start > 0 and start % ENTRY_OCTETS:
        start = entries.find(tag, start + 1)
    return start
