"""The tree of RFC 9162 section 2.1: hashes, which ranges a proof is made of, and how a proof is verified.

A range is a pair (start, end) of leaf numbers. Hashes are 32 octets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from sluis.core import errors

HASH_OCTETS: Final = 32
Range = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 entry). Source: RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 left right). Source: RFC 9162 section 2.1.1."""
    return hashlib.sha256(b"\1" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The head over `hashes`, one or more. All but the last stand for equally many leaves, the last for no more than those."""
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        paired = [node_hash(left, right) for left, right in pairs]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def above(hashes: bytes) -> bytes:
    """The hashes of the nodes over neighbouring pairs, side by side as `hashes` are; one left over has none."""
    both, sha256 = 2 * HASH_OCTETS, hashlib.sha256
    ends = range(both, len(hashes) + 1, both)
    return b"".join([sha256(b"\1" + hashes[end - both : end]).digest() for end in ends])


def root(hashes: Sequence[bytes]) -> bytes:
    """MTH over the hashes of leaves; of no leaf at all SHA-256 of nothing."""
    return fold(hashes) if hashes else hashlib.sha256().digest()


def split(count: int) -> int:
    """The largest power of two below `count` (2 or more): where RFC 9162 cuts a tree."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What the inclusion proof of leaf `index` in a tree of `size` hashes, from the leaf up. Source: section 2.1.3.1."""
    start, end, found = 0, size, list[Range]()
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """What the proof hashes that the first `old` (1 or more) leaves of a tree of `size` are a tree. Source: section 2.1.4.1."""
    start, end, found = 0, size, list[Range]()
    while end > old:
        middle = start + split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return ([(start, end)] if start else []) + found[::-1]


def perfect(whole: Range) -> list[tuple[int, int]]:
    """The nodes (level, index) a range is joined of, left to right; each covers 2^level leaves.

    The range starts at a multiple of the smallest power of two that is not below its length, as those of proofs do.
    """
    start, end = whole
    found = []
    while end > start:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def join(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range from those of its `perfect` nodes, left to right."""
    joined = hashes[-1]
    for one in reversed(hashes[:-1]):
        joined = node_hash(one, joined)
    return joined


def require_inclusion(leaf: bytes, index: int, *, size: int, root_hash: bytes, path: Sequence[bytes]) -> None:
    """Raises ProtocolFailure `logboek-bewijs` unless `path` proves that the leaf hash is leaf `index` of this tree.

    Source: RFC 9162 section 2.1.3.2.
    """
    number, last, found = index, size - 1, leaf
    _require(0 <= index < size)
    for one in path:
        _require(last > 0)
        if number & 1 or number == last:
            found = node_hash(one, found)
            number, last = _climb(number, last)
        else:
            found = node_hash(found, one)
        number, last = number >> 1, last >> 1
    _require(last == 0 and found == root_hash)


def _climb(number: int, last: int) -> tuple[int, int]:
    # A node without a right neighbour moves up unchanged until it is one.
    while number and not number & 1:
        number, last = number >> 1, last >> 1
    return number, last


def require_consistency(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> None:
    """Raises ProtocolFailure `logboek-bewijs` unless `path` proves that the old (size, root) is the new one's beginning.

    Source: RFC 9162 section 2.1.4.2. A tree of no leaves is the beginning of every tree.
    """
    (old_size, old_root), (size, root_hash) = old, new
    _require(0 <= old_size <= size)
    if old_size in (0, size):
        _require(not path and (old_root == root_hash or old_size == 0))
        return
    hashes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    _require(len(hashes) > 0)
    first, second = _both(hashes, old_size - 1, size - 1)
    _require(first == old_root and second == root_hash)


def _both(hashes: Sequence[bytes], number: int, last: int) -> tuple[bytes, bytes]:
    while number & 1:
        number, last = number >> 1, last >> 1
    first = second = hashes[0]
    for one in hashes[1:]:
        _require(last > 0)
        if number & 1 or number == last:
            first, second = node_hash(one, first), node_hash(one, second)
            number, last = _climb(number, last)
        else:
            second = node_hash(second, one)
        number, last = number >> 1, last >> 1
    _require(last == 0)
    return first, second


def _require(holds: bool) -> None:
    if not holds:
        raise errors.ProtocolFailure("The proof does not lead to the root of the checkpoint.", code="logboek-bewijs")
