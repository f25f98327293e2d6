"""A drawn question, opened on the premises of who asked it, and checked there against what holders logged.

Source: `docs/reference/protocol.md`, Audit. What is opened never leaves the premises; the outcome does.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sluis.core import errors
from sluis.core.exchange import commitments, group, oprf, wire
from sluis.core.exchange.asking import AskedBatch
from sluis.core.exchange.draws import Drawn
from sluis.core.exchange.encodings import label, lp, sha256
from sluis.core.exchange.log import merkle


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What opens one question: the whole request as sent; x_j (`message`), r_j (`blind`, 32 octets); purpose and reference with
    the 32 octets they were committed with; and the RFC 9162 inclusion path (32 octets each) of c_j under the root."""

    request: bytes
    position: int
    message: bytes
    blind: bytes
    purpose: str
    reference: str
    rand: bytes
    path: tuple[bytes, ...]

    def __repr__(self) -> str:
        return f"<opening of question {self.position}>"


def opened(asked: AskedBatch, position: int) -> Opening:
    """The opening of one question of a batch. Raises NotFound `geen-vraag` beyond its end."""
    if not 0 <= position < len(asked.questions):
        raise errors.NotFound("The batch has no such question.", code="geen-vraag")
    question = asked.questions[position]
    return Opening(
        request=asked.request.octets(),
        position=position,
        message=question.message,
        blind=commitments.blind(asked.seed, position),
        purpose=question.purpose,
        reference=question.reference,
        rand=commitments.derive(asked.seed, "rand", position=position, length=32),
        path=_path(asked.commitments, position),
    )


def _path(committed: Sequence[bytes], position: int) -> tuple[bytes, ...]:
    hashes = [merkle.leaf_hash(one) for one in committed]
    return tuple(merkle.root(hashes[start:end]) for start, end in merkle.inclusion_ranges(position, len(hashes)))


def require_opened(opening: Opening, drawn: Drawn) -> None:
    """Raises ProtocolFailure unless the opening is of the question drawn, of what was asked and of the case committed to.

    `opening-verzoek`: another request than holders logged. `opening-vraag`: x_j blinded with r_j is not B_j. `opening-zaak`:
    the case is not under the root. `opening-leeg`: it names no case.
    """
    request = _request(opening, drawn)
    _require(_is_asked(opening, request), "opening-vraag", "What was opened is not what was asked.")
    _require(_is_committed(opening, drawn), "opening-zaak", "The request was not bound to this case when it was asked.")
    _require(bool(opening.reference.strip()), "opening-leeg", "The question names no case.")


def _request(opening: Opening, drawn: Drawn) -> wire.EvaluateRequest:
    words = "This is not the request that the holders logged."
    _require(sha256(opening.request) == drawn.digest and opening.position == drawn.position, "opening-verzoek", words)
    request = wire.EvaluateRequest.parse(opening.request)
    named = (request.key_id, request.batch_id, request.root, request.use, len(request.blinded))
    _require(named == (drawn.key, drawn.batch, drawn.root, drawn.use, drawn.m), "opening-verzoek", words)
    return request


def _is_asked(opening: Opening, request: wire.EvaluateRequest) -> bool:
    try:
        blinded = oprf.blind(opening.message, group.check_scalar(opening.blind))
    except errors.Malformed:
        return False
    return blinded == request.blinded[opening.position]


def _is_committed(opening: Opening, drawn: Drawn) -> bool:
    case = sha256(label("case"), opening.rand, lp(opening.purpose.encode()), lp(opening.reference.encode()))
    leaf = merkle.leaf_hash(case)
    try:
        merkle.require_inclusion(leaf, drawn.position, size=drawn.m, root_hash=drawn.root, path=opening.path)
    except errors.ProtocolFailure:
        return False
    return len(opening.rand) == merkle.HASH_OCTETS


def _require(holds: bool, code: str, words: str) -> None:
    if not holds:
        raise errors.ProtocolFailure(words, code=code)
