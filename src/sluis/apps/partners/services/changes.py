"""The one mechanism by which one person proposes and another decides: roles, admission, and what later rooms bring.

A room names its kinds with a `Rule`, proposes with `propose`, and `with deciding(rule):` calls `approve` and then does what the
payload says: all of it or nothing. Nothing else in the hub asks for two people.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.partners.models import ChangeState, Role, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import telling
from sluis.core import errors
from sluis.wire import clock

Payload = TypeVar("Payload", bound=msgspec.Struct)
TERM: Final = 14 * 86_400
REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """Of one kind of change: its name, and the roles that propose and decide within the organisation it is for.

    `*_outside` are the roles that may do so from another organisation: the programme office decides where an organisation has
    too few people of its own, and never proposes there, so that no two people outside give a role inside. `term` in seconds.
    """

    kind: str
    propose: frozenset[str]
    decide: frozenset[str]
    propose_outside: frozenset[str] = frozenset()
    decide_outside: frozenset[str] = frozenset({Role.PROGRAMME_OFFICE.value})
    term: int = TERM

    @classmethod
    def by_role(cls, kind: str, propose: frozenset[str], *, decide: frozenset[str] | None = None) -> Rule:
        """Of what concerns no single organisation: these roles of any propose, and decide unless others do. The services that
        use it ask what else has to hold, such as that another member of the circle decides."""
        nobody = frozenset[str]()
        deciding = propose if decide is None else decide
        return cls(kind, propose=nobody, decide=nobody, propose_outside=propose, decide_outside=deciding)


def propose(rule: Rule, payload: msgspec.Struct, *, by: Acting, organisation: bytes, reason: str) -> TwoPersonChange:
    """Keeps a proposal; nothing changes yet.

    Raises NotAllowed `geen-recht`, Malformed `reden-ontbreekt`, Conflict `voorstel-bestaat` for the same one that still waits.
    """
    with audit.recorded_refusals(Happening(f"{rule.kind} voorgesteld")):
        _require(by, organisation, inside=rule.propose, outside=rule.propose_outside)
    if not reason.strip() or len(reason) > REASON:
        raise errors.Malformed(f"Give a reason, of {REASON} signs at most.", code="reden-ontbreekt")
    octets, now = msgspec.json.encode(payload, order="sorted"), clock.now()
    with transaction.atomic():
        lapse(now)
        waiting = TwoPersonChange.objects.filter(kind=rule.kind, organisation=organisation, state=ChangeState.PROPOSED)
        if waiting.filter(payload=octets).exists():
            raise errors.Conflict("The same was proposed already, and waits.", code="voorstel-bestaat")
        row = TwoPersonChange.objects.create(
            kind=rule.kind,
            organisation_id=organisation,
            payload=octets,
            reason=reason.strip(),
            proposer_id=by.person,
            proposed=now,
            until=now + rule.term,
        )
        telling.note(f"{rule.kind} voorgesteld", organisation=organisation, detail=str(row.pk))
        return row


@contextmanager
def deciding(rule: Rule) -> Iterator[None]:
    """One transaction for a decision and what follows from it; an attempt that role or rule refuses stays in the log."""
    with audit.recorded_refusals(Happening(f"{rule.kind} besluit")), transaction.atomic():
        yield


def approve(rule: Rule, number: int, *, by: Acting) -> TwoPersonChange:
    """Approves a proposal, inside the caller's `deciding`, who then does what it says.

    Raises NotFound `onbekend-voorstel`, NotAllowed `geen-recht`, `eigen-voorstel`, Conflict `voorstel-besloten`.
    """
    return _decide(rule, number, by=by, state=ChangeState.APPROVED, answer="")


def refuse(rule: Rule, number: int, *, by: Acting, answer: str) -> TwoPersonChange:
    """Refuses a proposal with a reason. Raises as `approve`, and Malformed `reden-ontbreekt`."""
    if not answer.strip() or len(answer) > REASON:
        raise errors.Malformed(f"Give a reason, of {REASON} signs at most.", code="reden-ontbreekt")
    with deciding(rule):
        return _decide(rule, number, by=by, state=ChangeState.REFUSED, answer=answer.strip())


def _decide(rule: Rule, number: int, *, by: Acting, state: ChangeState, answer: str) -> TwoPersonChange:
    row = TwoPersonChange.objects.select_for_update().filter(pk=number, kind=rule.kind).first()
    if row is None:
        raise errors.NotFound("There is no such proposal.", code="onbekend-voorstel")
    _require(by, bytes(row.organisation_id), inside=rule.decide, outside=rule.decide_outside)
    if row.proposer_id == by.person:
        raise errors.NotAllowed("Somebody else decides on what you proposed.", code="eigen-voorstel")
    if row.state != ChangeState.PROPOSED or row.until <= clock.now():
        raise errors.Conflict("This proposal waits no more.", code="voorstel-besloten")
    _close(row, state, by=by.person, answer=answer)
    return row


def withdraw(number: int, *, by: Acting) -> None:
    """Takes one's own proposal back. Raises NotFound for another's, Conflict `voorstel-besloten`."""
    with transaction.atomic():
        row = TwoPersonChange.objects.select_for_update().filter(pk=number, proposer_id=by.person).first()
        if row is None:
            raise errors.NotFound("You have no such proposal.", code="onbekend-voorstel")
        if row.state != ChangeState.PROPOSED:
            raise errors.Conflict("This proposal waits no more.", code="voorstel-besloten")
        _close(row, ChangeState.WITHDRAWN, by=by.person, answer="")


def withdraw_of(person: int, organisation: bytes) -> None:
    """What somebody proposed in a role that ends is withdrawn with it, inside the caller's transaction."""
    waiting = TwoPersonChange.objects.select_for_update().filter(proposer_id=person, state=ChangeState.PROPOSED)
    for row in waiting.filter(organisation=organisation):
        _close(row, ChangeState.WITHDRAWN, by=person, answer="")


def lapse(now: int) -> int:
    """Closes what nobody decided in its term; how many. Silence is no."""
    with transaction.atomic():
        rows = TwoPersonChange.objects.select_for_update().filter(state=ChangeState.PROPOSED, until__lte=now)
        for row in rows:
            _close(row, ChangeState.LAPSED, by=None, answer="")
        return len(rows)


def _close(row: TwoPersonChange, state: ChangeState, *, by: int | None, answer: str) -> None:
    row.state, row.decider_id, row.decided, row.answer = state, by, clock.now(), answer
    row.save(update_fields=["state", "decider", "decided", "answer"])
    telling.note(f"{row.kind} {state.value}", organisation=bytes(row.organisation_id), detail=str(row.pk))


def _require(by: Acting, organisation: bytes, *, inside: frozenset[str], outside: frozenset[str]) -> None:
    if by.role in outside or (by.organisation == organisation and by.role in inside):
        return
    raise errors.NotAllowed("Your role does not carry this, or it is of another organisation.")


def payload_of(row: TwoPersonChange, kind: type[Payload]) -> Payload:
    """What a change says."""
    return msgspec.json.decode(bytes(row.payload), type=kind)
