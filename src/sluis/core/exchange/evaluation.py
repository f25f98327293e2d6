"""What a holder computes for one batch. Refusals come before; see `docs/reference/protocol.md`, Evaluate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core.exchange import group, oprf, wire
from sluis.core.exchange.encodings import label, sha256
from sluis.core.exchange.group import Element, Scalar


@dataclass(frozen=True, slots=True, repr=False)
class Share:
    """One holder's share of one key: index 1..n, generation, secret k_i, public K_i."""

    index: int
    generation: int
    secret: Scalar
    public: Element


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """Who answers whom, when: the holder's signing key, the member's id (16), time in seconds, 32 fresh octets."""

    signer: Ed25519PrivateKey
    member: bytes
    time: int
    fresh: bytes


def proof_nonce(secret: Scalar, fresh: bytes, request: bytes) -> Scalar:
    """SHA-512(L(nonce) k_i fresh SHA-256(request)) mod q: even with broken dice, no nonce serves two requests."""
    return group.reduce(hashlib.sha512(label("nonce") + secret + fresh + sha256(request)).digest())


def answer(request: wire.EvaluateRequest, share: Share, desk: Desk) -> bytes:
    """The signed answer to a batch, as sent. Two multiplications per element and a few more.

    Raises Malformed `ongeldig-element` with `position`; then nothing of the batch was answered.
    """
    octets = request.octets()
    evaluated = oprf.evaluate(share.secret, request.blinded)
    batch = oprf.Batch(share.public, request.blinded, evaluated)
    proof = oprf.prove(share.secret, batch, proof_nonce(share.secret, desk.fresh, octets))
    unsigned = wire.EvaluateAnswer(share.index, share.generation, desk.time, evaluated, proof).unsigned()
    return unsigned + desk.signer.sign(wire.receipt_octets(desk.member, octets, unsigned))
