"""Publish signals: evaluate, seal the context, sign, send until the hub has it, and forget s."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from sluis.client import evaluate
from sluis.client.session import Matter, Session
from sluis.client.store import OwnSignal, Shared
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import asking, envelope, signal
from sluis.core.exchange.admission import MAX_SIGNALS, Publication, PublishedSignal
from sluis.core.exchange.bodies import PublishAnswer, SignalState
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.words import Advice, Grade, Kind, Origin, Use
from sluis.core.identifiers.kinds import NORMALISER_VERSION, Identifier
from sluis.core.law import provenance
from sluis.core.taxonomy import forms
from sluis.wire import clock, trace

DAY: Final = 86_400
ACTIVITY: Final = "delen"
ECHO: Final = "You had a hit on this: give origin hit, or confirm a case of your own."


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
    replaces: bytes = signal.NOTHING
    kind: Kind = Kind.FRAUD


@dataclass(frozen=True, slots=True, repr=False)
class Doubt:
    """One draft, by its place, that is not shared as it is: blocked for good, or only once it is confirmed; and why."""

    place: int
    draft: Draft
    reason: str
    blocked: bool = False

    @property
    def code(self) -> str:
        """Stable: `beschermd-kenmerk` or `bevestiging-nodig`."""
        return "beschermd-kenmerk" if self.blocked else "bevestiging-nodig"

    @property
    def is_echo(self) -> bool:
        """Whether the only doubt is that others shared it before."""
        return self.reason == ECHO


class Kept(msgspec.Struct, frozen=True):
    """What a partner keeps, sealed, of a signal of its own: enough to publish it again under the next key."""

    type: str
    scope: str
    identifier: str
    context: Context
    grade: int
    advice: int
    origin: int
    seen: int
    expires: int
    case: str
    purpose: str
    normaliser: int = NORMALISER_VERSION
    kind: int = Kind.FRAUD

    def __repr__(self) -> str:
        return f"<shared {self.type}>"


@trace.traced
def publish(session: Session, drafts: Sequence[Draft], *, matter: Matter) -> list[SignalState]:
    """Publishes signals of one type, in order, at most 1,000 a call to the hub. First sends what an earlier crash left.

    In the last 14 days of a key's use each goes out under the next key too, in the same call; the states are of the first.
    Raises NotPermitted `geen-grondslag` or `beschermd-kenmerk`, Conflict `bevestiging-nodig` (the protected list warns, or one
    had a hit on it), both with every place; `herkomst-politie`; NotAllowed, Malformed with every fault, Unavailable.
    """
    resume(session)
    if not drafts:
        return []
    kind = drafts[0].identifier.type
    with session.recording(matter, ACTIVITY, kind=kind.label, amount=len(drafts)):
        receipts = _publish(session, drafts, matter)
    session.store.log(matter.logged(ACTIVITY, kind=kind.label, amount=len(receipts), outcome="gedeeld"))
    return receipts


def _publish(session: Session, drafts: Sequence[Draft], matter: Matter) -> list[SignalState]:
    kind = drafts[0].identifier.type
    section, member = session.membership(matter.circle)
    matter.require(section, member, kind=kind.label, use=Use.PUBLISH.label)
    require_own(session, drafts, case=matter.case)
    _require_no_doubt(session, drafts, circle=matter.circle)
    writers = [Writer(session, section, member, one) for one in session.directory.publish_keys(section, kind)]
    questions = [asking.Question(one.identifier.octets(), matter.purpose, matter.case) for one in drafts]
    outputs = [evaluate.evaluate(session, questions, record=one.record, use=Use.PUBLISH).outputs for one in writers]
    rows = zip(drafts, *outputs, strict=True)
    written = [one for draft, *found in rows for one in _under_each(writers, draft, found, matter=matter)]
    size = MAX_SIGNALS // len(writers) * len(writers)
    states = [one for start in range(0, len(written), size) for one in send(session, section, written[start : start + size])]
    return states[:: len(writers)]


def resume(session: Session) -> int:
    """Sends publications again of which the hub's answer was never seen; how many. Replay is a no-op at the hub."""
    waiting = session.store.pending()
    for number, circle, body in waiting:
        _deliver(session, number, circle=circle, body=body)
    return len(waiting)


def require_own(session: Session, drafts: Sequence[Draft], *, case: str) -> None:
    """Nothing goes out that rests on police data: a case that does, or an identifier that came of a hit on them.

    Raises NotPermitted `herkomst-politie`. What an own case established is one's own.
    """
    labels = session.store.labels
    labels.require_free(case)
    if any(one.origin == Origin.HIT and labels.has_identifier(*_named(one.identifier)) for one in drafts):
        raise provenance.refused()


def doubts(session: Session, drafts: Sequence[Draft], *, circle: str) -> list[Doubt]:
    """What the protected list blocks, and what is to be confirmed first: it warns, or others had this before, here.

    An own case is one's own: what gave a hit here is shared as such only when that is confirmed. Echoes lift nothing.
    """
    held, day = session.protected(), clock.now() // DAY
    own = {(one.type, one.identifier) for _place, one in session.store.casebook.hits() if one.circle == circle}
    found = []
    for place, draft in enumerate(drafts):
        ruling = held.ruling(draft.identifier, day=day)
        if ruling is not None and (ruling.kind == "block" or not draft.confirmed):
            found.append(Doubt(place, draft, ruling.reason, blocked=ruling.kind == "block"))
        elif draft.origin == Origin.OWN and not draft.confirmed and _named(draft.identifier) in own:
            found.append(Doubt(place, draft, ECHO))
    return found


def _named(identifier: Identifier) -> tuple[str, str]:
    return identifier.type.label, str(identifier)


def _require_no_doubt(session: Session, drafts: Sequence[Draft], *, circle: str) -> None:
    found = doubts(session, drafts, circle=circle)
    if blocked := _faults(one for one in found if one.blocked):
        raise errors.NotPermitted(
            "An identifier that belongs to many people is never signalled.", code="beschermd-kenmerk", faults=blocked
        )
    if warned := _faults(one for one in found if not one.is_echo):
        raise errors.Conflict(
            "Many people may be behind these; look again, and confirm what you mean.", code="bevestiging-nodig", faults=warned
        )
    if echoes := _faults(found):
        raise errors.Conflict("Others shared these before you did.", code="bevestiging-nodig", faults=echoes)


def _faults(found: Iterable[Doubt]) -> tuple[Fault, ...]:
    return tuple(Fault(f"[{one.place}]", one.code, one.reason) for one in found)


def _under_each(writers: Sequence[Writer], draft: Draft, outputs: Sequence[bytes], *, matter: Matter) -> list[Written]:
    """The signal under each key; the one under the next key replaces the other, so that disputes hold for both."""
    found: list[Written] = []
    for writer, output in zip(writers, outputs, strict=True):
        before = found[-1].kept.signal_id if found else draft.replaces
        found.append(writer.write(replace(draft, replaces=before), output, matter=matter))
    return found


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """A signal ready to send, and what is kept of it."""

    published: PublishedSignal
    kept: Shared


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes signals of one member under one key."""

    session: Session
    section: Section
    member: Member
    record: KeyRecord

    def write(self, draft: Draft, output: bytes, *, matter: Matter) -> Written:
        """The signal of `draft` with y (64 octets) under this key; a higher revision of the own signal that is there."""
        key_id = self.record.id
        voucher = signal.voucher(output, key_id)
        tag = signal.tag(key_id, voucher)
        before = self.session.store.own_signal(key_id, tag)
        salt = secrets.token_bytes(signal.SALT_OCTETS)
        header = self._header(draft, key_id, before)
        binding = envelope.Seal(output, key_id, tag, header.signal_id, salt)
        context = envelope.seal_nothing(binding) if draft.kind == Kind.CLEARED else envelope.seal(draft.context, binding)
        signature = signal.sign(self.session.transport.private, header, tag, salt=salt, context=context)
        text = msgspec.json.encode(_kept(draft, header, matter))
        kept = Shared(header.signal_id, key_id, header.replaces, text)
        return Written(PublishedSignal(header.octets(), voucher, salt, context, signature), kept)

    def _header(self, draft: Draft, key_id: KeyId, before: OwnSignal | None) -> signal.Header:
        today = clock.now() // DAY
        seen = draft.seen if draft.seen is not None else today
        return signal.Header(
            key_id=key_id,
            signal_id=before.signal_id if before else secrets.token_bytes(16),
            publisher=self.member.id,
            kind=draft.kind,
            origin=draft.origin,
            grade=draft.grade,
            advice=draft.advice,
            form=0 if draft.kind == Kind.CLEARED else forms.form_coded(draft.context.form).number,
            revision=before.revision + 1 if before else 1,
            created=clock.now() // 3600,
            seen=seen,
            expires=draft.expires if draft.expires is not None else seen + self.section.retention,
            replaces=draft.replaces,
        )


def _kept(draft: Draft, header: signal.Header, matter: Matter) -> Kept:
    found, numbers = draft.identifier, (header.grade, header.advice, header.origin, header.seen, header.expires)
    words = (found.type.label, found.scope, str(found), draft.context, *numbers, matter.case, matter.purpose)
    return Kept(*words, kind=draft.kind)


def send(session: Session, section: Section, written: Sequence[Written]) -> tuple[SignalState, ...]:
    """Sends at most 1,000 signals in one call, kept until the hub has them; the states in order."""
    session.store.keep_shared(one.kept for one in written)
    body = msgspec.json.encode(Publication(tuple(one.published for one in written)))
    number = session.store.hold_pending(section.circle, body)
    return _deliver(session, number, circle=section.circle, body=body)


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
    session.store.settle(number, [own(one) for one in msgspec.json.decode(body, type=Publication).signals])
    return answer.signals


def own(published: PublishedSignal) -> OwnSignal:
    """What is remembered of a signal that the hub has."""
    header = signal.Header.parse(published.header)
    tag = signal.tag(header.key_id, published.voucher)
    counts = header.origin == Origin.OWN and header.kind == Kind.FRAUD
    return OwnSignal(header.key_id, tag, header.signal_id, header.revision, counts, header.expires)
