"""May this organisation do this now? One decision, by role and law, kept in the decision log whichever way it goes."""

from __future__ import annotations

from typing import Final

import msgspec

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Decided
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors
from sluis.core import errors
from sluis.core.exchange.policy import Member, Section, Snapshot
from sluis.core.exchange.words import Use
from sluis.core.law import decision
from sluis.core.law.decision import Ground, Passage
from sluis.wire import clock

PARTY: Final = "party"
CIRCLE: Final = "kring"
_USES: Final = tuple(use.label for use in Use)


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who would act: type `party`, id in hexadecimal; always the caller."""

    type: str
    id: str


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What: a use (`check`, `publish`, `watch` ...)."""

    name: str


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On what: type `kring`, id its name."""

    type: str
    id: str


class Circumstances(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For which purpose and which type of identifier, where that matters; never an identifier."""

    purpose: str | None = None
    type: str | None = None


class Evaluation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The question. Source: OpenID AuthZEN Authorization API 1.0, section on the access evaluation request."""

    subject: Subject
    action: Action
    resource: Resource
    context: Circumstances = Circumstances()


class Because(msgspec.Struct, frozen=True):
    """Why not, with articles and what is possible instead; empty for a yes. `policy` is the serial of the snapshot."""

    policy: str
    ground: str = ""
    reason_nl: str = ""
    reason_en: str = ""
    articles: tuple[str, ...] = ()
    inferred: bool = False
    instead: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """The answer: yes or no, and the context of it."""

    decision: bool
    context: Because


def evaluate(asked: Evaluation, *, key: bytes) -> Verdict:
    """Decides for the member with `key`, who may ask about itself only, and keeps the decision. A circle it is no member of
    answers as one that does not exist.

    Raises NotAllowed for another's behalf, Malformed `vraag-onjuist` with every fault, Unavailable `geen-beleid`.
    """
    snapshot = partners.snapshot()
    party = partners.owner(key)
    if asked.subject.type == PARTY and asked.subject.id != party.hex():
        raise errors.NotAllowed("Ask about your own organisation.")
    _require_words(asked)
    ground, serial = _ground(asked, snapshot, key), str(snapshot.head.serial)
    audit.record_decision(
        Decided(
            subject=(PARTY, party.hex()),
            action=asked.action.name,
            resource=(CIRCLE, asked.resource.id if ground is None or ground.code != decision.STRANGER else ""),
            allowed=ground is None,
            policy=serial,
            reasons=[ground.code, *ground.articles] if ground else [],
            context={name: value for name, value in msgspec.structs.asdict(asked.context).items() if value},
        )
    )
    return Verdict(ground is None, _because(ground, serial))


def _require_words(asked: Evaluation) -> None:
    checks = (
        (asked.subject.type == PARTY, "subject.type", f"A subject is a {PARTY}."),
        (asked.action.name in _USES, "action.name", f"An action is one of {', '.join(_USES)}."),
        (asked.resource.type == CIRCLE, "resource.type", f"A resource is a {CIRCLE}."),
    )
    faults = tuple(errors.Fault(where, "onbekend", step) for holds, where, step in checks if not holds)
    if faults:
        raise errors.Malformed("This question cannot be decided.", code="vraag-onjuist", faults=faults)


def _ground(asked: Evaluation, snapshot: Snapshot, key: bytes) -> Ground | None:
    found = next(((one, member) for one, member in snapshot.memberships(key) if one.name == asked.resource.id), None)
    if found is None:
        return decision.GROUNDS[decision.STRANGER]
    return _weighed(asked, *found)


def _weighed(asked: Evaluation, section: Section, member: Member) -> Ground | None:
    now, use = clock.now(), asked.action.name
    passage = Passage(section, member, now, type=asked.context.type, use=use, purpose=asked.context.purpose)
    ground = decision.decide(passage)
    if ground is not None or use in decision.RIGHTS:
        return ground
    return selectors.shut_by(selectors.assessment_of(section.circle), at=now, circle=section)


def _because(ground: Ground | None, serial: str) -> Because:
    if ground is None:
        return Because(serial)
    told = (ground.code, ground.reason_nl, ground.reason_en, ground.articles, ground.inferred, ground.instead_nl)
    return Because(serial, *told)
