"""Publish signals: evaluate, seal the context, sign, send until the hub has it, and forget s."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from sluis.client import evaluate
from sluis.client.session import Matter, Session
from sluis.client.store import OwnSignal
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import asking, envelope, signal
from sluis.core.exchange.admission import MAX_SIGNALS, Publication, PublishedSignal
from sluis.core.exchange.bodies import PublishAnswer, SignalState
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.words import Advice, Grade, Kind, Origin, Use
from sluis.core.identifiers.kinds import Identifier
from sluis.core.taxonomy import forms
from sluis.wire import clock

DAY: Final = 86_400


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """What a partner wants to share about one identifier. Days are since 1970; None is today, or the circle's longest.

    `identifier` may be one scope of what was read (`scopes.pick`). `confirmed` when a warning of the protected list was seen.
    """

    identifier: Identifier
    context: Context
    grade: Grade
    advice: Advice = Advice.WARN
    seen: int | None = None
    expires: int | None = None
    origin: Origin = Origin.OWN
    confirmed: bool = False


def publish(session: Session, drafts: Sequence[Draft], *, matter: Matter) -> list[SignalState]:
    """Publishes signals of one type, in order, at most 1,000 a call to the hub. First sends what an earlier crash left.

    Raises NotPermitted `geen-grondslag` or `beschermd-kenmerk`, Conflict `bevestiging-nodig` (the protected list warns), both
    with every place; NotAllowed, Malformed with every fault, Unavailable.
    """
    resume(session)
    if not drafts:
        return []
    kind = drafts[0].identifier.type
    section, member = session.membership(matter.circle)
    matter.require(section, member, kind=kind.label, use=Use.PUBLISH.label)
    _require_free(session, drafts)
    record = session.directory.key(section, kind)
    questions = [asking.Question(one.identifier.octets(), matter.purpose, matter.case) for one in drafts]
    outputs = evaluate.evaluate(session, questions, record=record, use=Use.PUBLISH).outputs
    writer = _Writer(session, section, member, record)
    signals = [writer.write(draft, output) for draft, output in zip(drafts, outputs, strict=True)]
    receipts = [
        one for start in range(0, len(signals), MAX_SIGNALS) for one in writer.send(signals[start : start + MAX_SIGNALS])
    ]
    session.store.log(matter.logged("delen", kind=kind.label, amount=len(receipts), outcome="gedeeld"))
    return receipts


def resume(session: Session) -> int:
    """Sends publications again of which the hub's answer was never seen; how many. Replay is a no-op at the hub."""
    waiting = session.store.pending()
    for number, circle, body in waiting:
        _deliver(session, number, circle=circle, body=body)
    return len(waiting)


def _require_free(session: Session, drafts: Sequence[Draft]) -> None:
    held, day = session.protected(), clock.now() // DAY
    rulings = [held.ruling(draft.identifier, day=day) for draft in drafts]
    blocked = [Fault(f"[{i}]", "beschermd-kenmerk", one.reason) for i, one in enumerate(rulings) if one and one.kind == "block"]
    if blocked:
        raise errors.NotPermitted(
            "An identifier that belongs to many people is never signalled.", code="beschermd-kenmerk", faults=tuple(blocked)
        )
    doubtful = [
        Fault(f"[{i}]", "bevestiging-nodig", one.reason)
        for i, (one, draft) in enumerate(zip(rulings, drafts, strict=True))
        if one and not draft.confirmed
    ]
    if doubtful:
        raise errors.Conflict(
            "Many people may be behind these; look again, and confirm what you mean.",
            code="bevestiging-nodig",
            faults=tuple(doubtful),
        )


@dataclass(frozen=True, slots=True)
class _Writer:
    session: Session
    section: Section
    member: Member
    record: KeyRecord

    def write(self, draft: Draft, output: bytes) -> PublishedSignal:
        voucher = signal.voucher(output, self.record.id)
        tag = signal.tag(self.record.id, voucher)
        own = self.session.store.own_signal(self.record.id, tag)
        salt = secrets.token_bytes(signal.SALT_OCTETS)
        header = self._header(draft, own)
        binding = envelope.Seal(output, self.record.id, tag, header.signal_id, salt)
        context = envelope.seal(draft.context, binding)
        signature = signal.sign(self.session.transport.private, header, tag, salt=salt, context=context)
        return PublishedSignal(header.octets(), voucher, salt, context, signature)

    def _header(self, draft: Draft, own: OwnSignal | None) -> signal.Header:
        today = clock.now() // DAY
        seen = draft.seen if draft.seen is not None else today
        return signal.Header(
            key_id=self.record.id,
            signal_id=own.signal_id if own else secrets.token_bytes(16),
            publisher=self.member.id,
            kind=Kind.FRAUD,
            origin=draft.origin,
            grade=draft.grade,
            advice=draft.advice,
            form=forms.form_coded(draft.context.form).number,
            revision=own.revision + 1 if own else 1,
            created=clock.now() // 3600,
            seen=seen,
            expires=draft.expires if draft.expires is not None else seen + self.section.retention,
        )

    def send(self, signals: Sequence[PublishedSignal]) -> tuple[SignalState, ...]:
        body = msgspec.json.encode(Publication(tuple(signals)))
        number = self.session.store.hold_pending(self.section.circle, body)
        return _deliver(self.session, number, circle=self.section.circle, body=body)


def _deliver(session: Session, number: int, *, circle: bytes, body: bytes) -> tuple[SignalState, ...]:
    url = f"{session.web}/v1/kringen/{circle.hex()}/signalen"
    try:
        answer = msgspec.json.decode(session.transport.post(url, body), type=PublishAnswer)
    except (errors.Unavailable, errors.TooMany):
        raise
    except errors.SluisError:
        # The hub looked and said no: sending the same octets again would not help.
        session.store.settle(number, [])
        raise
    session.store.settle(number, [_own(one) for one in msgspec.json.decode(body, type=Publication).signals])
    return answer.signals


def _own(published: PublishedSignal) -> OwnSignal:
    header = signal.Header.parse(published.header)
    tag = signal.tag(header.key_id, published.voucher)
    counts = header.origin == Origin.OWN and header.kind == Kind.FRAUD
    return OwnSignal(header.key_id, tag, header.signal_id, header.revision, counts, header.expires)
