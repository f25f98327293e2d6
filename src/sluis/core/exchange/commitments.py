"""What an asker derives from the seed of a batch, and the tree over its case commitments (RFC 9162 section 2.1.1)."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from sluis.core.exchange import group
from sluis.core.exchange.encodings import label, lp, sha256, u16
from sluis.core.exchange.group import Scalar
from sluis.core.exchange.log import merkle


def derive(seed: bytes, word: str, *, position: int, length: int) -> bytes:
    """X(word, length) = HKDF-Expand-SHA512(seed, L(word) u16 position, length)."""
    return HKDFExpand(SHA512(), length, label(word) + u16(position)).derive(seed)


def blind(seed: bytes, position: int) -> Scalar:
    """r_j: 64 derived octets modulo the order."""
    return group.reduce(derive(seed, "blind", position=position, length=64))


def case(seed: bytes, position: int, *, purpose: str, reference: str) -> bytes:
    """c_j: commits to purpose and case reference without showing them, 32 octets."""
    return sha256(
        label("case"), derive(seed, "rand", position=position, length=32), lp(purpose.encode()), lp(reference.encode())
    )


def tree_head(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1 over the leaves' octets; empty: SHA-256 of nothing."""
    return merkle.root([merkle.leaf_hash(leaf) for leaf in leaves])
