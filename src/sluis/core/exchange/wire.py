"""The messages of an evaluation, octet for octet. Source: `docs/reference/protocol.md`, Evaluate."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final, Self

from sluis.core import errors
from sluis.core.exchange import group
from sluis.core.exchange.encodings import KeyId, label, sha256
from sluis.core.exchange.group import OCTETS, Element
from sluis.core.exchange.oprf import PROOF_OCTETS
from sluis.core.exchange.words import Use

VERSION: Final = 1
MAX_BATCH: Final = 1024
SIGNATURE_OCTETS: Final = 64
_REQUEST = struct.Struct(">B16sB16s32sH")
_ANSWER = struct.Struct(">BBIQH")
MAX_REQUEST_OCTETS: Final = _REQUEST.size + MAX_BATCH * OCTETS


def _elements(octets: bytes, count: int) -> list[Element]:
    if len(octets) != count * OCTETS:
        raise errors.Malformed("The message is not as long as it says.", code="lengte")
    return [Element(octets[i : i + OCTETS]) for i in range(0, len(octets), OCTETS)]


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """A batch of 1 to 1,024 blinded elements under one key, for one use; `root` commits to the cases."""

    key_id: KeyId
    use: Use
    batch_id: bytes
    root: bytes
    blinded: list[Element]

    def octets(self) -> bytes:
        """The request as sent."""
        head = _REQUEST.pack(VERSION, self.key_id, self.use, self.batch_id, self.root, len(self.blinded))
        return head + b"".join(self.blinded)

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Reads a request; elements are looked at when they are multiplied, or by `check_elements`.

        Raises Malformed `lengte`, `versie`, `onbekend-gebruik`, `partijgrootte`.
        """
        if len(octets) < _REQUEST.size:
            raise errors.Malformed("The message is shorter than its head.", code="lengte")
        version, key_id, use, batch_id, root, count = _REQUEST.unpack_from(octets)
        if version != VERSION:
            raise errors.Malformed("This version of the message is not spoken here.", code="versie")
        if not 1 <= count <= MAX_BATCH:
            raise errors.Malformed("A batch holds 1 to 1,024 elements.", code="partijgrootte")
        try:
            known = Use(use)
        except ValueError:
            raise errors.Malformed("This use has no meaning in the protocol.", code="onbekend-gebruik") from None
        return cls(KeyId(key_id), known, batch_id, root, _elements(octets[_REQUEST.size :], count))

    def check_elements(self) -> None:
        """Raises Malformed `ongeldig-element` with the first `position` that is not canonical or is the identity."""
        for position, element in enumerate(self.blinded):
            try:
                group.check_element(element)
            except errors.Malformed as error:
                raise errors.Malformed(error.detail, code=error.reason, position=position) from None


@dataclass(frozen=True, slots=True)
class EvaluateAnswer:
    """A holder's answer: index, generation, time (seconds), elements, batch proof; `receipt` signs it with the request."""

    index: int
    generation: int
    time: int
    evaluated: list[Element]
    proof: bytes
    receipt: bytes = b""

    def unsigned(self) -> bytes:
        """The answer so far, before the receipt."""
        head = _ANSWER.pack(VERSION, self.index, self.generation, self.time, len(self.evaluated))
        return head + b"".join(self.evaluated) + self.proof

    def octets(self) -> bytes:
        """The answer as sent."""
        return self.unsigned() + self.receipt

    @classmethod
    def parse(cls, octets: bytes) -> Self:
        """Reads an answer. Raises Malformed `lengte`, `versie`."""
        end = len(octets) - PROOF_OCTETS - SIGNATURE_OCTETS
        if end < _ANSWER.size:
            raise errors.Malformed("The message is shorter than its head.", code="lengte")
        version, index, generation, time, count = _ANSWER.unpack_from(octets)
        if version != VERSION:
            raise errors.Malformed("This version of the message is not spoken here.", code="versie")
        proof, receipt = octets[end : end + PROOF_OCTETS], octets[end + PROOF_OCTETS :]
        return cls(index, generation, time, _elements(octets[_ANSWER.size : end], count), proof, receipt)


def receipt_octets(member: bytes, request: bytes, unsigned_answer: bytes) -> bytes:
    """What a receipt signs: L(receipt) member SHA-256(request) SHA-256(answer so far)."""
    return label("receipt") + member + sha256(request) + sha256(unsigned_answer)
