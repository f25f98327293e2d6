"""Both gates of what is read here: who asks, under which key, on what ground. Source: `docs/reference/protocol.md`, Check."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from sluis.core import errors
from sluis.core.exchange import buckets
from sluis.core.exchange.bodies import BucketQuestion
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import decision
from sluis.edge.entries import Entries
from sluis.edge.ledger import Line
from sluis.wire.directory import Directory


@dataclass(frozen=True, slots=True)
class Passage:
    """A question of a member: what may be recorded of it, and the error that refuses it, if any."""

    line: Line
    refusal: errors.SluisError | None


def read(body: bytes) -> BucketQuestion:
    """The question in `body`. Raises Malformed `vraag-onleesbaar`."""
    try:
        return msgspec.json.decode(body, type=BucketQuestion)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The question does not read: {error}", code="vraag-onleesbaar") from None


def judge(directory: Directory, signer: bytes, question: BucketQuestion, *, now: int) -> Passage:
    """Whether the question may pass. Raises only when there is no member to record it for, or no such key."""
    prefixes = min(len(question.prefixes), buckets.MAX_PREFIXES)
    return _judge(directory, signer, Reading(question.key, "bucket", prefixes), now=now)


def judge_replica(directory: Directory, signer: bytes, key_id: bytes, *, now: int) -> Passage:
    """Whether all entries of a key may be followed: in a replica circle only. Raises as `judge`."""
    return _judge(directory, signer, Reading(key_id, "replica", 0), now=now)


def party(directory: Directory, signer: bytes, *, now: int) -> bytes:
    """The party that follows its notices. Raises NotAllowed for who is no member."""
    memberships = directory.snapshot(now).memberships(signer)
    if not memberships:
        raise _stranger()
    return memberships[0][1].id


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read: key id, in which way (the circle's mode), how many prefixes."""

    key_id: bytes
    mode: str
    prefixes: int


def _stranger() -> errors.NotAllowed:
    return errors.NotAllowed("This key belongs to no member, or was revoked.")


def _judge(directory: Directory, signer: bytes, reading: Reading, *, now: int) -> Passage:
    snapshot = directory.snapshot(now)
    memberships = snapshot.memberships(signer)
    if not memberships:
        raise _stranger()
    known = directory.keys.get(reading.key_id)
    if known is None:
        raise errors.NotFound("This key is not known here.", code="onbekende-sleutel")
    record = known.record
    for section, member in memberships:
        if section.circle == record.circle:
            refusal = _refusal(directory, section, member, record=record, now=now)
            if refusal is None and section.mode != reading.mode:
                refusal = errors.NotAllowed("This circle is read in another way.", code="andere-wijze")
            outcome = "passed" if refusal is None else str(refusal.fields.get("ground", refusal.reason))
            line = Line(member.id, section.circle, record.type, reading.key_id, reading.prefixes, outcome)
            return Passage(line, refusal)
    raise errors.NotAllowed("This key belongs to no member of the circle.")


def answer(entries: Entries, question: BucketQuestion) -> bytes:
    """The padded buckets in the order asked. Raises Conflict `andere-bucket` with `bits`, Malformed `voorvoegsels`."""
    found = entries.of(question.key)
    if question.bits != found.bits:
        raise errors.Conflict("Ask with the number of bits named here.", code="andere-bucket", bits=found.bits)
    buckets.check_prefixes(question.prefixes, question.bits)
    return b"".join([found.bucket(prefix, question.bits) for prefix in question.prefixes])


def _refusal(
    directory: Directory, section: Section, member: Member, *, record: KeyRecord, now: int
) -> errors.SluisError | None:
    table = directory.timetable(record.circle, record.type)
    asked = decision.Passage(section, member, now, type=record.identifier_type.label, use="check", closed=table.is_closed(now))
    ground = decision.decide(asked)
    told = directory.closed(section.circle, at=now)
    if ground is None and told is not None:
        # A ground that only a newer hub knows shuts as well.
        ground = decision.GROUNDS.get(told, decision.GROUNDS["geen-beoordeling"])
    if ground is not None:
        return ground.error()
    if not table.is_live(record.epoch, now):
        return errors.NotFound("This key is not in its period.", code="onbekende-sleutel")
    return None
