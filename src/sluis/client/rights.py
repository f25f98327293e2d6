"""The rights of a data subject, at a desk that verified person and control: dispute, access; and the dispute body's decision.

The identifier is typed at the desk's own koppelpunt and goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from sluis.client import evaluate, publish
from sluis.client.publish import Draft, Writer, Written
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import asking, envelope, signal
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Member
from sluis.core.exchange.rights import (
    AccessAnswer,
    AccessRequest,
    AccessState,
    DisputeDecision,
    DisputeReach,
    DisputeRequest,
    DisputeState,
    Ground,
    Outcome,
    Verified,
)
from sluis.core.exchange.words import Advice, Grade, Kind, Use
from sluis.core.identifiers import scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.wire import trace


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """One evaluated reading of an identifier: the key, y, and the commitment to the desk's own case."""

    record: KeyRecord
    scoped: Identifier
    output: bytes
    commitment: bytes

    @property
    def voucher(self) -> bytes:
        """What shows the hub that the identifier was evaluated."""
        return signal.voucher(self.output, self.record.id)


def _show(session: Session, identifier: Identifier, *, matter: Matter, use: Use) -> tuple[Member, list[Shown]]:
    section, member = session.membership(matter.circle)
    matter.require(section, member, kind=identifier.type.label, use=use.label)
    record = session.directory.key(section, identifier.type)
    readings = list(scopes.of(identifier))
    questions = [asking.Question(one.octets(), matter.purpose, matter.case) for one in readings]
    done = evaluate.evaluate(session, questions, record=record, use=use)
    each = zip(readings, done.outputs, done.commitments, strict=True)
    return member, [Shown(record, scoped, output, commitment) for scoped, output, commitment in each]


@trace.traced
def dispute(
    session: Session, identifier: Identifier, *, matter: Matter, ground: Ground, verified: Verified
) -> list[DisputeState]:
    """Opens a dispute on every reading of an identifier under which there is a signal; the entries are out at once.

    Raises NotFound `geen-signaal` when there is none, NotAllowed, Malformed, Unavailable.
    """
    _member, shown = _show(session, identifier, matter=matter, use=Use.DISPUTE)
    found: list[DisputeState] = []
    for one in shown:
        body = DisputeRequest(one.record.circle, one.commitment, ground, one.record.id, verified, one.voucher)
        try:
            octets = session.transport.post(f"{session.web}/v1/betwistingen", msgspec.json.encode(body))
        except errors.NotFound:
            continue
        found.append(msgspec.json.decode(octets, type=DisputeState))
    if not found:
        raise errors.NotFound("Nobody shared a signal on this identifier in the circle.", code="geen-signaal")
    session.store.log(matter.logged("betwisten", kind=identifier.type.label, amount=len(found), outcome=ground))
    return found


@dataclass(frozen=True, slots=True, repr=False)
class Ruling:
    """A dispute body's decision: on which dispute, how; `identifier` is needed to clear."""

    dispute: bytes
    outcome: Outcome
    identifier: Identifier | None = None


@trace.traced
def decide(session: Session, ruling: Ruling, *, matter: Matter) -> DisputeState:
    """Decides a dispute, as the dispute body. To clear, the identifier is evaluated: only so the tag stays out.

    Raises Malformed `geen-vrijgave` without identifier, `ander-kenmerk`, NotAllowed, NotFound, Conflict `al-besloten`.
    """
    clearing = None
    if ruling.outcome == "gegrond" and ruling.identifier is not None:
        member, shown = _show(session, ruling.identifier, matter=matter, use=Use.DISPUTE)
        one = next(one for one in shown if one.scoped == ruling.identifier)
        clearing = _clearing(session, one, member, matter=matter)
    url = f"{session.web}/v1/betwistingen/{ruling.dispute.hex()}/besluiten"
    body = DisputeDecision(ruling.outcome, clearing.published if clearing else None)
    octets = session.transport.post(url, msgspec.json.encode(body))
    if clearing is not None:
        # Kept as a signal of one's own, for it is to be published again under every next key: so the tag stays out.
        session.store.keep_shared([clearing.kept])
        session.store.settle(0, [publish.own(clearing.published)])
    return msgspec.json.decode(octets, type=DisputeState)


def _clearing(session: Session, shown: Shown, member: Member, *, matter: Matter) -> Written:
    """A signal of kind cleared: form 0, and a context that says no more than that."""
    section, _member = session.membership(matter.circle)
    draft = Draft(shown.scoped, Context(form=""), Grade.A, Advice.INFORM, kind=Kind.CLEARED)
    return Writer(session, section, member, shown.record).write(draft, shown.output, matter=matter)


def reach(session: Session, dispute: bytes) -> DisputeReach:
    """Who confirmed the last word on a dispute, for who opened or decides it. Raises NotFound `onbekende-betwisting`."""
    octets = session.transport.get(f"{session.web}/v1/betwistingen/{dispute.hex()}/bereik")
    return msgspec.json.decode(octets, type=DisputeReach)


@dataclass(frozen=True, slots=True)
class Accessed:
    """What a desk can tell a data subject: the state of the request, and the contexts that were provided, by signal id."""

    state: AccessState
    contexts: dict[bytes, Context]


@trace.traced
def ask_access(session: Session, identifier: Identifier, *, matter: Matter, verified: Verified) -> list[AccessState]:
    """Asks access to every signal on an identifier, in each of its readings; publishers have four weeks to answer.

    Raises NotAllowed, Malformed, Unavailable.
    """
    _member, shown = _show(session, identifier, matter=matter, use=Use.INZAGE)
    found: list[AccessState] = []
    for one in shown:
        body = AccessRequest(one.record.circle, one.commitment, one.record.id, verified, one.voucher)
        octets = session.transport.post(f"{session.web}/v1/inzagen", msgspec.json.encode(body))
        state = msgspec.json.decode(octets, type=AccessState)
        if state.signals or one.scoped == identifier:
            found.append(state)
            session.store.casebook.keep_access(state.id, key_id=one.record.id, output=one.output)
    session.store.log(matter.logged("inzage", kind=identifier.type.label, amount=len(found), outcome="gevraagd"))
    return found


def fetch_access(session: Session, request: bytes) -> Accessed:
    """What publishers answered so far, with the contexts that opened. Raises NotFound `onbekend-verzoek`."""
    octets = session.transport.get(f"{session.web}/v1/inzagen/{request.hex()}")
    state, kept = msgspec.json.decode(octets, type=AccessState), session.store.casebook.access(request)
    return Accessed(state, _contexts(state, kept) if kept else {})


def _contexts(state: AccessState, kept: tuple[bytes, bytes]) -> dict[bytes, Context]:
    key_id, output = kept
    tag, found = signal.tag(key_id, signal.voucher(output, key_id)), {}
    for one in state.signals:
        if one.context is not None and one.salt is not None:
            found[one.id] = envelope.open_sealed(one.context, envelope.Seal(output, key_id, tag, one.id, one.salt))
    return found


def answer_access(session: Session, request: bytes, answers: Sequence[AccessAnswer]) -> None:
    """Answers, as publisher, an access request about one's own signals. Raises NotFound, Conflict, Malformed."""
    for one in answers:
        session.transport.post(f"{session.web}/v1/inzagen/{request.hex()}/antwoorden", msgspec.json.encode(one))
