"""RFC 9497: OPRF and VOPRF over ristretto255-SHA512, function by function as in the text.

Sections are named at each function. Randomness is passed in. Batches hold 1 to 65,535 elements.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sluis.core import errors
from sluis.core.exchange import group
from sluis.core.exchange.encodings import lp, u8, u16
from sluis.core.exchange.group import Element, Scalar

PROOF_OCTETS: Final = 64
OUTPUT_OCTETS: Final = 64


class Mode(IntEnum):
    """Section 3.1. The exchange uses VOPRF; OPRF is here because the vectors test the same parts."""

    OPRF = 0
    VOPRF = 1


def context_string(mode: Mode) -> bytes:
    """Section 3.1: `OPRFV1-` mode `-ristretto255-SHA512`."""
    return b"OPRFV1-" + u8(mode) + b"-ristretto255-SHA512"


class _Expander:
    """expand_message_xmd with SHA-512 to 64 octets for one tag (RFC 9380 section 5.3.1), its padding hashed once."""

    def __init__(self, tag: bytes) -> None:
        self._tail = b"\0\x40\0" + tag + u8(len(tag))
        self._second = b"\x01" + tag + u8(len(tag))
        self._padded = hashlib.sha512(bytes(128))

    def __call__(self, message: bytes) -> bytes:
        state = self._padded.copy()
        state.update(message + self._tail)
        return hashlib.sha512(state.digest() + self._second).digest()


_TO_GROUP = {mode: _Expander(b"HashToGroup-" + context_string(mode)) for mode in Mode}
_TO_SCALAR = {mode: _Expander(b"HashToScalar-" + context_string(mode)) for mode in Mode}
_DERIVE = {mode: _Expander(b"DeriveKeyPair" + context_string(mode)) for mode in Mode}


def hash_to_group(message: bytes, *, mode: Mode = Mode.VOPRF) -> Element:
    """Section 4.1: an element of which nobody knows the logarithm."""
    return group.from_hash(_TO_GROUP[mode](message))


def hash_to_scalar(message: bytes, *, mode: Mode = Mode.VOPRF) -> Scalar:
    """Section 4.1: 64 octets of expanded message, little-endian, modulo the order."""
    return group.reduce(_TO_SCALAR[mode](message))


def derive_key(seed: bytes, info: bytes, *, mode: Mode = Mode.VOPRF) -> Scalar:
    """Section 3.2.1 DeriveKeyPair, the private part. Raises ProtocolFailure after 256 zero results."""
    for counter in range(256):
        secret = group.reduce(_DERIVE[mode](seed + lp(info) + u8(counter)))
        if secret != group.IDENTITY:
            return secret
    raise errors.ProtocolFailure("No key could be derived.", code="sleutelafleiding")


def blind(message: bytes, scalar: Scalar, *, mode: Mode = Mode.VOPRF) -> Element:
    """Section 3.3.1: scalar · HashToGroup(message)."""
    return group.multiply(scalar, hash_to_group(message, mode=mode))


def evaluate(secret: Scalar, blinded: Sequence[bytes]) -> list[Element]:
    """Section 3.3.2: secret · element for each. Raises Malformed `ongeldig-element` with `position`."""
    return group.multiply_each(secret, blinded)


def finalize(message: bytes, unblinded: Element) -> bytes:
    """Section 3.3.1: the output, 64 octets."""
    return hashlib.sha512(lp(message) + lp(unblinded) + b"Finalize").digest()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a proof is about: public key K = k·G, the blinded elements, and the same multiplied by k."""

    public: Element
    blinded: Sequence[bytes]
    evaluated: Sequence[bytes]
    mode: Mode = Mode.VOPRF


def _weights(batch: Batch) -> Iterator[Scalar]:
    """Section 2.2.1 ComputeComposites: the public weights d_i of a batch.

    One at a time, so that a thread lets others at the interpreter between its multiplications.
    """
    seed = hashlib.sha512(lp(batch.public) + lp(b"Seed-" + context_string(batch.mode))).digest()
    head, expand, reduce = lp(seed), _TO_SCALAR[batch.mode], group.reduce
    size, end = u16(group.OCTETS), b"Composite"
    for i, (blinded, evaluated) in enumerate(zip(batch.blinded, batch.evaluated, strict=True)):
        yield reduce(expand(head + u16(i) + size + blinded + size + evaluated + end))


@dataclass(frozen=True, slots=True)
class _Claim:
    """A batch folded to one pair: M, Z = k · M, and the two commitments of the proof."""

    first: Element
    second: Element
    commitment: Element
    commitment_first: Element

    def challenge(self, batch: Batch) -> Scalar:
        parts = (batch.public, self.first, self.second, self.commitment, self.commitment_first)
        return hash_to_scalar(b"".join(map(lp, parts)) + b"Challenge", mode=batch.mode)


def prove(secret: Scalar, batch: Batch, nonce: Scalar) -> bytes:
    """Section 2.2.1 GenerateProof: `c s`, 64 octets. One multiplication per element, as the prover knows the key.

    `nonce` must never serve twice with one key: the difference of two proofs would give the key.
    """
    first = group.sum_of_products(_weights(batch), batch.blinded)
    claim = _Claim(first, group.multiply(secret, first), group.multiply_base(nonce), group.multiply(nonce, first))
    challenge = claim.challenge(batch)
    return challenge + group.scalar_subtract(nonce, group.scalar_multiply(challenge, secret))


def verify(batch: Batch, proof: bytes) -> None:
    """Section 2.2.2 VerifyProof; two multiplications per element. Raises ProtocolFailure `bewijs-ongeldig`."""
    try:
        holds = len(proof) == PROOF_OCTETS and _holds(batch, Scalar(proof[:32]), Scalar(proof[32:]))
    except errors.Malformed:
        holds = False
    if not holds:
        raise errors.ProtocolFailure("The proof does not belong to this answer and key.", code="bewijs-ongeldig")


def _holds(batch: Batch, challenge: Scalar, response: Scalar) -> bool:
    group.check_scalar(challenge)
    group.check_scalar(response)
    weights = list(_weights(batch))
    first = group.sum_of_products(weights, batch.blinded)
    second = group.sum_of_products(weights, batch.evaluated)
    commitment = group.add(group.multiply_base(response), group.multiply(challenge, batch.public))
    commitment_first = group.add(group.multiply(response, first), group.multiply(challenge, second))
    return _Claim(first, second, commitment, commitment_first).challenge(batch) == challenge
