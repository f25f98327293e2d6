"""What one call to the gateway does: read identifiers, do the thing, say it in words a partner's system reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from sluis import __version__
from sluis.client import check as checking
from sluis.client import disclose as disclosing
from sluis.client import feedback as feedbacks
from sluis.client import publish as publishing
from sluis.client import watch as watching
from sluis.client.casebook import Alert
from sluis.client.check import Checked
from sluis.client.disclose import Disclosed
from sluis.client.session import Matter, Session
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import messages, words
from sluis.core.exchange.bodies import Level, RefusedSignal
from sluis.core.exchange.entries import Hit
from sluis.core.exchange.envelope import Context
from sluis.core.exchange.messages import CustomerText
from sluis.core.exchange.rights import Measure
from sluis.core.identifiers import normalise, scopes
from sluis.core.identifiers.kinds import Identifier
from sluis.core.law.adverse import HUMAN_MUST_DECIDE, Review
from sluis.core.law.provenance import POLICE
from sluis.core.taxonomy import forms
from sluis.wire.openapi import Health

MAX_CHECKS: Final = 5000


class _Matter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    circle: str
    case: str
    purpose: str
    type: str
    region: str = ""

    def matter(self) -> Matter:
        """Why this is asked."""
        return Matter(self.circle, self.case, self.purpose)

    def reading(self, session: Session) -> Reading:
        """How its identifiers are read."""
        return Reading(self.type, self.region or session.region)


class ShareItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One identifier to share, in one scope (none: itself), with its context in codes; `confirmed` after a warning."""

    identifier: str
    grade: str
    context: Context
    scope: str = ""
    confirmed: bool = False
    origin: Literal["own", "hit"] = "own"
    advice: str = "warn"
    seen: int | None = None
    expires: int | None = None


class ShareBody(_Matter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`POST /v1/signalen` at the gateway."""

    items: tuple[ShareItem, ...]


class CheckBody(_Matter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`POST /v1/bevragingen` at the gateway."""

    identifiers: tuple[str, ...]


class DiscloseBody(_Matter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`POST /v1/verstrekkingen` at the gateway."""

    identifier: str
    level: Level = "context"


class SharedItem(msgspec.Struct, frozen=True):
    """One shared signal: its id in hexadecimal, and `stored`, `same` or `replaced`."""

    id: str
    state: str


class SharedAnswer(msgspec.Struct, frozen=True):
    """Signals in the order they were given."""

    signals: tuple[SharedItem, ...]


class HitWords(msgspec.Struct, frozen=True):
    """A hit in words. Never proof: others signalled this identifier, no more. `customer` is what you may tell your customer.

    `human_must_decide`: no measure may follow by itself (AVG 22, UAVG 40).
    """

    others: str
    grade: str
    advice: str
    form: str
    seen_day: int
    customer: CustomerText
    human_must_decide: bool = HUMAN_MUST_DECIDE


class CheckItem(msgspec.Struct, frozen=True):
    """One checked identifier: `hit` or `no-hit`; `scope` names the scope that gave the hit, if not the identifier itself."""

    identifier: str
    outcome: str
    hit: HitWords | None = None
    failed_holders: tuple[str, ...] = ()
    scope: str = ""


class CheckAnswer(msgspec.Struct, frozen=True):
    """Outcomes in the order asked."""

    results: tuple[CheckItem, ...]


class ContextItem(msgspec.Struct, frozen=True):
    """One disclosed context with the id of its signal; `provenance` `politie`: what rests on it may not travel on (Wpg 7)."""

    id: str
    context: Context
    provenance: str = ""


class DiscloseAnswer(msgspec.Struct, frozen=True):
    """Contexts that opened, signals refused with reason and articles, ids that did not open.

    `pending` waits for its publishers (ids); ask again by `request`. `publishers` names who signed, at level publisher.
    """

    contexts: tuple[ContextItem, ...]
    refused: tuple[RefusedSignal, ...]
    unreadable: tuple[str, ...]
    receipt: bytes
    pending: tuple[str, ...] = ()
    request: str = ""
    publishers: dict[str, str] = {}


def health(session: Session) -> Health:
    """`ok` with a policy snapshot in force, else `closed`."""
    try:
        session.directory.snapshot()
    except errors.SluisError:
        return Health("gateway", "closed", __version__)
    return Health("gateway", "ok", __version__)


@dataclass(frozen=True, slots=True)
class Reading:
    """How texts are read: the type, the region of telephone numbers without `+`, and the scope of each (none: itself)."""

    kind: str
    region: str = ""
    scopes: tuple[str, ...] = ()


def parse_all(reading: Reading, texts: Sequence[str]) -> list[Identifier]:
    """All identifiers, or Malformed `kenmerken-onjuist` with the place and reason of every one that does not read."""
    read: list[Identifier] = []
    faults: list[Fault] = []
    for position, text in enumerate(texts):
        try:
            found = normalise.parse(reading.kind, text, region=reading.region or None)
            read.append(scopes.pick(found, reading.scopes[position]) if reading.scopes else found)
        except errors.Malformed as error:
            faults.append(Fault(f"[{position}]", error.reason, error.detail))
    if faults:
        raise errors.Malformed("Nothing was done; mend these and send again.", code="kenmerken-onjuist", faults=tuple(faults))
    return read


def share(session: Session, body: ShareBody) -> SharedAnswer:
    """Shares signals of one type."""
    reading = Reading(body.type, body.region or session.region, tuple(item.scope for item in body.items))
    identifiers = parse_all(reading, [item.identifier for item in body.items])
    drafts = [
        publishing.Draft(
            identifier,
            item.context,
            words.grade_named(item.grade),
            words.advice_named(item.advice),
            seen=item.seen,
            expires=item.expires,
            origin=words.Origin[item.origin.upper()],
            confirmed=item.confirmed,
        )
        for identifier, item in zip(identifiers, body.items, strict=True)
    ]
    receipts = publishing.publish(session, drafts, matter=body.matter())
    return SharedAnswer(tuple(SharedItem(one.id.hex(), one.state) for one in receipts))


def check(session: Session, body: CheckBody) -> CheckAnswer:
    """Checks up to 5,000 identifiers of one type."""
    if not 1 <= len(body.identifiers) <= MAX_CHECKS:
        raise errors.Malformed("Check 1 to 5,000 identifiers a call.", code="partijgrootte")
    reading = body.reading(session)
    checked = checking.check(session, parse_all(reading, body.identifiers), matter=body.matter())
    return CheckAnswer(tuple(in_words(one) for one in checked))


def in_words(checked: Checked) -> CheckItem:
    """A checked identifier in words."""
    name, outcome = str(checked.identifier), checked.outcome
    if not isinstance(outcome, Hit):
        return CheckItem(name, "no-hit", failed_holders=checked.failed_holders)
    form = forms.by_number().get(outcome.form)
    hit = HitWords(
        outcome.band,
        words.Grade(outcome.grade).name,
        words.Advice(outcome.advice).label,
        form.code if form else str(outcome.form),
        outcome.seen,
        messages.customer_text(words.Advice(outcome.advice)),
    )
    return CheckItem(name, "hit", hit, checked.failed_holders, checked.scope)


def disclose(session: Session, body: DiscloseBody) -> DiscloseAnswer:
    """Checks one identifier and asks for the contexts behind the hit. Raises NotFound `geen-treffer` when there is none."""
    identifiers = parse_all(body.reading(session), [body.identifier])
    (checked,) = checking.check(session, identifiers, matter=body.matter())
    if not isinstance(checked.outcome, Hit):
        raise errors.NotFound("There is no hit to disclose anything of.", code="geen-treffer")
    return disclosed(disclosing.disclose(session, checked, matter=body.matter(), level=body.level))


def disclosed(found: Disclosed) -> DiscloseAnswer:
    """A disclosure in words."""
    labels = dict.fromkeys(found.police, POLICE)
    contexts = tuple(ContextItem(key.hex(), context, labels.get(key, "")) for key, context in found.contexts.items())
    publishers = {key.hex(): name for key, name in (found.publishers or {}).items()}
    waiting = tuple(one.id.hex() for one in found.pending)
    unreadable = tuple(one.hex() for one in found.unreadable)
    return DiscloseAnswer(contexts, found.refused, unreadable, found.receipt.payload, waiting, found.request.hex(), publishers)


def disclosed_text(found: DiscloseAnswer) -> str:
    """A disclosure as lines for a terminal."""
    lines = [f"{one.id}  {msgspec.json.encode(one.context).decode()}{_labelled(one)}" for one in found.contexts]
    lines += [f"{one}  published by {name}" for one, name in found.publishers.items()]
    lines += [f"{one.id.hex()}  refused: {one.reason} ({', '.join(one.articles)})" for one in found.refused]
    lines += [f"{one}  does not open; report it to the hub" for one in found.unreadable]
    lines += [
        f"{one}  waits for its publisher; ask again with `sluis disclosure show {found.request}`" for one in found.pending
    ]
    return "\n".join(lines)


def _labelled(one: ContextItem) -> str:
    return f"  herkomst: {one.provenance}, may not be passed on" if one.provenance else ""


class WatchItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One identifier to watch, with the reference of one's own customer or payee."""

    identifier: str
    reference: str


class WatchBody(_Matter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`POST /v1/bewakingen` at the gateway."""

    items: tuple[WatchItem, ...]


class WatchAnswer(msgspec.Struct, frozen=True):
    """How many readings of the identifiers are watched by this call."""

    watched: int


def watch(session: Session, body: WatchBody) -> WatchAnswer:
    """Watches identifiers of one type; a match alerts at once."""
    parsed = parse_all(body.reading(session), [item.identifier for item in body.items])
    items = [watching.Watched(one, item.reference) for one, item in zip(parsed, body.items, strict=True)]
    return WatchAnswer(watching.add(session, items, matter=body.matter()))


class FeedbackBody(_Matter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`POST /v1/terugkoppelingen` at the gateway. An adverse measure names who reviewed it, and why."""

    identifier: str
    measure: Measure
    review: Review | None = None


class FeedbackAnswer(msgspec.Struct, frozen=True):
    """Behind how many signals the measure is told."""

    signals: int


def feedback(session: Session, body: FeedbackBody) -> FeedbackAnswer:
    """Tells the publishers behind an earlier hit what it led to."""
    (identifier,) = parse_all(body.reading(session), [body.identifier])
    return FeedbackAnswer(feedbacks.give(session, identifier, measure=body.measure, review=body.review))


class Alarm(msgspec.Struct, frozen=True, omit_defaults=True):
    """An alert as the gateway shows it on its own premises: identifier and reference in clear. Never proof.

    `human_must_decide` with every hit: no measure may follow by itself (AVG 22, UAVG 40).
    """

    number: int
    kind: str
    time: int
    circle: str
    type: str
    identifier: str
    reference: str
    scope: str = ""
    others: str = ""
    grade: str = ""
    advice: str = ""
    form: str = ""
    seen: int = 0
    note: str = ""
    human_must_decide: bool = False


def alarm(alert: Alert) -> Alarm:
    """An alert in words."""
    one = alert.followed
    words_ = (alert.number, alert.kind, alert.time, one.circle, one.type, one.identifier, one.reference, one.scope)
    told = (alert.others, alert.grade, alert.advice, alert.form, alert.seen, alert.note)
    return Alarm(*words_, *told, human_must_decide=bool(alert.others) and HUMAN_MUST_DECIDE)
