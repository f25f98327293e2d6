"""Have identifiers evaluated by the holders: t + 1 are asked, t of one generation are used, a liar is named and replaced."""

from __future__ import annotations

import contextvars
import secrets
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec

from sluis.client.session import Session
from sluis.client.transport import OCTETS
from sluis.core import errors
from sluis.core.exchange import asking, wire
from sluis.core.exchange.asking import AskedBatch, Question
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Holder, Member
from sluis.core.exchange.words import Use
from sluis.wire import clock


@dataclass(frozen=True, slots=True, repr=False)
class Evaluated:
    """The outputs y (64 octets each) with the case commitments, under one key; `failed` names holders whose proof failed."""

    record: KeyRecord
    outputs: list[bytes]
    commitments: tuple[bytes, ...]
    failed: tuple[str, ...]


class KeptBatch(msgspec.Struct, frozen=True):
    """What is kept of a batch for the auditor's draw: seed, use and, per element, what was asked, purpose and case reference.

    `messages` are canonical octets. A batch of before they were kept has none and cannot be opened.
    """

    key: bytes
    seed: bytes
    purposes: tuple[str, ...]
    references: tuple[str, ...]
    messages: tuple[bytes, ...] = ()
    use: int = 0

    def __repr__(self) -> str:
        return f"<batch of {len(self.references)}>"


def evaluate(session: Session, questions: Sequence[Question], *, record: KeyRecord, use: Use) -> Evaluated:
    """Evaluates any number of questions, 1,024 a batch.

    `record` fixes circle and type. Raises what holders refuse with, or Unavailable `te-weinig-sleutelhouders`.
    """
    _section, member = session.directory.snapshot().member(record.circle, session.key)
    outputs: list[bytes] = []
    committed: tuple[bytes, ...] = ()
    failed: set[str] = set()
    for start in range(0, len(questions), wire.MAX_BATCH):
        plan = asking.Plan(record.id, use, secrets.token_bytes(16), secrets.token_bytes(32))
        asked = asking.ask(questions[start : start + wire.MAX_BATCH], plan)
        _keep(session, asked)
        round_ = _Round(session, asked, member=member, record=record)
        outputs += asking.outputs(asked, round_.answers())
        committed += asked.commitments
        failed |= round_.failed
    return Evaluated(record, outputs, committed, tuple(sorted(failed)))


def _keep(session: Session, asked: AskedBatch) -> None:
    purposes = tuple(question.purpose for question in asked.questions)
    references = tuple(question.reference for question in asked.questions)
    messages = tuple(question.message for question in asked.questions)
    kept = KeptBatch(asked.request.key_id, asked.seed, purposes, references, messages, asked.request.use)
    session.store.keep_batch(asked.request.batch_id, msgspec.json.encode(kept), now=clock.now())


class _Round:
    """One batch with the holders: who answered, who failed, who refused."""

    def __init__(self, session: Session, asked: AskedBatch, *, member: Member, record: KeyRecord) -> None:
        self.session, self.member, self.record, self.asked = session, member, record, asked
        self.good: list[wire.EvaluateAnswer] = []
        self.refusals: list[errors.SluisError] = []
        self.failed: set[str] = set()

    def answers(self) -> dict[int, wire.EvaluateAnswer]:
        """t answers of one generation: t + 1 holders first, the others when that was not enough."""
        holders = list(self.session.directory.snapshot().head.holders)
        secrets.SystemRandom().shuffle(holders)
        first = self.record.t + 1
        for wave in (holders[:first], holders[first:]):
            self._ask(wave)
            if self._has_enough():
                return asking.one_generation(self.good, self.record.t)
        raise self._why()

    def _has_enough(self) -> bool:
        """Whether t answered in one generation; during a refresh some may be a moment behind the others."""
        counts = Counter(one.generation for one in self.good)
        return max(counts.values(), default=0) >= self.record.t

    def _ask(self, holders: Sequence[Holder]) -> None:
        if holders:
            with ThreadPoolExecutor(len(holders)) as pool:
                asked = [pool.submit(contextvars.copy_context().run, self._ask_one, holder) for holder in holders]
            for one in asked:
                one.result()

    def _ask_one(self, holder: Holder) -> None:
        try:
            octets = self.session.transport.post(f"{holder.url}/v1/evaluate", self.asked.request.octets(), content_type=OCTETS)
            witness = asking.Witness(self._answered_under(octets), holder, self.member.id)
            self.good.append(asking.check_answer(octets, self.asked, witness))
        except errors.ProtocolFailure:
            self.failed.add(holder.name)
        except errors.SluisError as error:
            self.refusals.append(error)

    def _answered_under(self, octets: bytes) -> KeyRecord:
        """The record of the generation that an answer names; its public shares are what the proof is checked under."""
        try:
            generation = wire.EvaluateAnswer.parse(octets).generation
        except errors.Malformed:
            return self.record
        if generation == self.record.generation:
            return self.record
        return self.session.directory.generation(self.record, generation)

    def _why(self) -> errors.SluisError:
        # A refusal says more than "too few answered": law before role before the rest.
        for kind in (errors.NotPermitted, errors.NotAllowed, errors.TooMany, errors.Malformed, errors.Conflict):
            for refusal in self.refusals:
                if isinstance(refusal, kind):
                    return refusal
        named = f" Wrong proofs came from {', '.join(sorted(self.failed))}." if self.failed else ""
        return errors.Unavailable(f"Too few holders answered.{named}", code="te-weinig-sleutelhouders")
