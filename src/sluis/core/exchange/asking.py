"""The asker's side of a batch: blind, check each holder's answer, combine t of one generation, finalize."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sluis.core import errors
from sluis.core.exchange import commitments, documents, group, oprf, sharing, wire
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Holder
from sluis.core.exchange.words import Use


@dataclass(frozen=True, slots=True)
class Question:
    """One identifier's canonical octets with the legal purpose and the asker's own case reference."""

    message: bytes
    purpose: str
    reference: str


@dataclass(frozen=True, slots=True, repr=False)
class AskedBatch:
    """A batch ready to send, with what is needed to read the answers. The seed stays with the asker, sealed."""

    questions: tuple[Question, ...]
    seed: bytes
    commitments: tuple[bytes, ...]
    request: wire.EvaluateRequest


@dataclass(frozen=True, slots=True)
class Plan:
    """Under which key and for which use a batch is asked, with 16 octets of batch id and 32 of seed from the caller's dice."""

    key_id: KeyId
    use: Use
    batch_id: bytes
    seed: bytes


def ask(questions: Sequence[Question], plan: Plan) -> AskedBatch:
    """Blinds 1 to 1,024 questions. Raises Malformed `partijgrootte`, `geen-zaak` (a question without case reference)."""
    if not 1 <= len(questions) <= wire.MAX_BATCH:
        raise errors.Malformed("A batch holds 1 to 1,024 identifiers.", code="partijgrootte")
    if not all(question.reference.strip() for question in questions):
        raise errors.Malformed("Each question needs the reference of your own case.", code="geen-zaak")
    blinded = [oprf.blind(one.message, commitments.blind(plan.seed, j)) for j, one in enumerate(questions)]
    committed = tuple(
        commitments.case(plan.seed, j, purpose=one.purpose, reference=one.reference) for j, one in enumerate(questions)
    )
    root = commitments.tree_head(committed)
    request = wire.EvaluateRequest(plan.key_id, plan.use, plan.batch_id, root, blinded)
    return AskedBatch(tuple(questions), plan.seed, committed, request)


@dataclass(frozen=True, slots=True)
class Witness:
    """What an answer is checked against: the key record, the holder that answered, and the asker's own party id."""

    record: KeyRecord
    holder: Holder
    member: bytes


def check_answer(octets: bytes, asked: AskedBatch, witness: Witness) -> wire.EvaluateAnswer:
    """The answer of one holder, proven under its K_i and signed.

    Raises ProtocolFailure with `party`: `antwoord-onleesbaar`, `antwoord-past-niet`, `kwitantie-ongeldig`,
    `bewijs-ongeldig` (with its receipt, evidence against that holder).
    """
    name = witness.holder.name
    try:
        answer = wire.EvaluateAnswer.parse(octets)
    except errors.Malformed as error:
        raise errors.ProtocolFailure(error.detail, code="antwoord-onleesbaar", party=name) from None
    named = (answer.index, answer.generation, len(answer.evaluated))
    if named != (witness.holder.index, witness.record.generation, len(asked.request.blinded)):
        raise errors.ProtocolFailure(
            "The answer is not that of this holder to this batch.", code="antwoord-past-niet", party=name
        )
    signed = wire.receipt_octets(witness.member, asked.request.octets(), answer.unsigned())
    if not documents.holds(witness.holder.key, signed, answer.receipt):
        raise errors.ProtocolFailure("The holder did not sign this answer.", code="kwitantie-ongeldig", party=name)
    _check_proof(answer, asked, witness)
    return answer


def _check_proof(answer: wire.EvaluateAnswer, asked: AskedBatch, witness: Witness) -> None:
    public = group.Element(witness.record.shares[answer.index - 1])
    try:
        oprf.verify(oprf.Batch(public, asked.request.blinded, answer.evaluated), answer.proof)
    except errors.ProtocolFailure as error:
        raise errors.ProtocolFailure(error.detail, code=error.reason, party=witness.holder.name) from None


def one_generation(answers: Sequence[wire.EvaluateAnswer], threshold: int) -> dict[int, wire.EvaluateAnswer]:
    """t answers of one generation, the newest that has enough. Raises Unavailable `te-weinig-sleutelhouders`.

    Mixing generations would pass every proof and give a silently wrong result, hence a false NoHit.
    """
    generations: dict[int, dict[int, wire.EvaluateAnswer]] = defaultdict(dict)
    for answer in answers:
        generations[answer.generation][answer.index] = answer
    for generation in sorted(generations, reverse=True):
        if len(generations[generation]) >= threshold:
            return dict(list(generations[generation].items())[:threshold])
    raise errors.Unavailable("Too few holders answered in one generation of the key.", code="te-weinig-sleutelhouders")


def outputs(asked: AskedBatch, answers: Mapping[int, wire.EvaluateAnswer]) -> list[bytes]:
    """y for each question, 64 octets: N_j = r_j^-1 · sum of l_i · E_ij, then Finalize. t multiplications per question."""
    found = []
    for j, question in enumerate(asked.questions):
        unblind = group.scalar_invert(commitments.blind(asked.seed, j))
        element = sharing.combine({i: answer.evaluated[j] for i, answer in answers.items()}, factor=unblind)
        found.append(oprf.finalize(question.message, element))
    return found
