"""Ask the hub to disclose the context behind a hit: through the legal gate, with a purpose, against a receipt.

A circle may ask each publisher first: then the contexts are fetched later, and silence refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.client.casebook import Followed
from sluis.client.check import Checked
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.exchange import documents, envelope, signal
from sluis.core.exchange.bodies import (
    DisclosedSignal,
    DisclosureAnswer,
    DisclosureDecision,
    DisclosureRequest,
    Level,
    PendingSignal,
    RefusedSignal,
)
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.envelope import Context
from sluis.core.law import provenance
from sluis.wire import clock, trace

ACTIVITY: Final = "verstrekken"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The opened contexts by signal id, the refused ones, and ids of contexts that did not open (to be reported).

    `pending` waits for its publishers; ask again by `request`. `publishers` names, at level publisher, who signed which signal.
    `police` are the signals that came from the police: what rests on them may not travel on.
    """

    contexts: dict[bytes, Context]
    refused: tuple[RefusedSignal, ...]
    unreadable: tuple[bytes, ...]
    receipt: Signed
    pending: tuple[PendingSignal, ...] = ()
    request: bytes = b""
    publishers: dict[bytes, str] | None = None
    police: frozenset[bytes] = frozenset()


@trace.traced
def disclose(session: Session, checked: Checked, *, matter: Matter, level: Level = "context") -> Disclosed:
    """The contexts behind a checked identifier. `matter.purpose` is told to the hub and logged.

    Raises NotPermitted `geen-grondslag`, NotFound `geen-signaal`, ProtocolFailure when the receipt is not the hub's.
    """
    kind = checked.identifier.type.label
    section, _member = session.membership(matter.circle)
    request = DisclosureRequest(section.circle, checked.commitment, checked.key_id, level, matter.purpose, checked.voucher)
    with session.recording(matter, ACTIVITY, kind=kind, amount=1):
        octets = session.transport.post(f"{session.web}/v1/verstrekkingen", msgspec.json.encode(request))
    answer = msgspec.json.decode(octets, type=DisclosureAnswer)
    opened = _opened(session, answer, key_id=checked.key_id, followed=checked.followed(matter))
    if answer.request:
        session.store.casebook.note_asked(answer.request, key_id=checked.key_id, tag=checked.tag)
    session.store.log(matter.logged(ACTIVITY, kind=kind, amount=len(opened.contexts), outcome=level))
    return opened


def fetch(session: Session, request: bytes) -> Disclosed:
    """What became of a request that publishers were asked about. Raises NotFound `onbekend-verzoek`, and as `disclose`."""
    place = session.store.casebook.asked(request)
    if place is None:
        raise errors.NotFound("No hit is remembered for this request.", code="onbekend-verzoek")
    octets = session.transport.get(f"{session.web}/v1/verstrekkingen/{request.hex()}")
    followed = session.store.casebook.read(place)
    opened = _opened(session, msgspec.json.decode(octets, type=DisclosureAnswer), key_id=place.key_id, followed=followed)
    matter = Matter(followed.circle, followed.reference, followed.purpose)
    session.store.log(matter.logged(ACTIVITY, kind=followed.type, amount=len(opened.contexts), outcome="opgehaald"))
    return opened


def decide(session: Session, request: bytes, decision: DisclosureDecision) -> None:
    """Answers who asks for the context of one's own signal. Raises NotFound, Conflict `al-besloten`, `te-laat`."""
    session.transport.post(f"{session.web}/v1/verstrekkingen/{request.hex()}/besluiten", msgspec.json.encode(decision))


def _opened(session: Session, answer: DisclosureAnswer, *, key_id: bytes, followed: Followed) -> Disclosed:
    if session.directory.snapshot().head.hub.key not in documents.signers("disclosure", answer.receipt):
        raise errors.ProtocolFailure("The hub did not sign this receipt.", code="kwitantie-ongeldig", party="knooppunt")
    tag = signal.tag(key_id, signal.voucher(followed.output, key_id))
    contexts: dict[bytes, Context] = {}
    unreadable: list[bytes] = []
    for one in answer.signals:
        try:
            binding = envelope.Seal(followed.output, key_id, tag, one.id, one.salt)
            contexts[one.id] = envelope.open_sealed(one.context, binding)
        except errors.ProtocolFailure:
            unreadable.append(one.id)
    session.store.casebook.note_disclosed([*contexts], key_id=key_id, tag=tag)
    publishers = _publishers(session, answer.signals, tag=tag, circle=followed.circle)
    words = (tuple(unreadable), answer.receipt, answer.pending, answer.request)
    police = frozenset(one.id for one in answer.signals if _is_police(session, one, circle=followed.circle))
    if police:
        named = {"reference": followed.reference, "kind": followed.type, "identifier": followed.identifier}
        session.store.labels.add(**named, now=clock.now())
    return Disclosed(contexts, answer.refused, *words, publishers or None, police)


def _is_police(session: Session, one: DisclosedSignal, *, circle: str) -> bool:
    """As the hub labels it, or as the sector of who signed it says."""
    if one.provenance or one.header is None:
        return one.provenance == provenance.POLICE
    section, _member = session.membership(circle)
    publisher = signal.Header.parse(one.header).publisher
    return any(member.id == publisher and provenance.label(member.sector) for member in section.members)


def _publishers(session: Session, signals: tuple[DisclosedSignal, ...], *, tag: bytes, circle: str) -> dict[bytes, str]:
    """Who signed which signal, at level publisher. Raises ProtocolFailure when a signature is not that member's."""
    section, _member = session.membership(circle)
    found = {}
    for one in signals:
        if one.header is None or one.signature is None:
            continue
        header = signal.Header.parse(one.header)
        member = next((member for member in section.members if member.id == header.publisher), None)
        if member is None:
            raise errors.ProtocolFailure("The publisher is no member of the circle.", code="signaal-handtekening")
        octets = signal.signed_octets(one.header, tag, salt=one.salt, context=one.context)
        signal.check_signature(member.key, one.signature, octets)
        found[one.id] = member.name
    return found
