"""Pilots: propose and confirm, end by themselves, and decide what comes after. What opens takes two members, what shuts one.

Every act locks the pilot's row, so that of two at once the second finds what the first made of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

import msgspec
from django.db import IntegrityError, transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.consent.selectors import rules
from sluis.apps.exchange.models import Pilot, PilotPlan, PilotStep
from sluis.apps.exchange.selectors import pilots as reads
from sluis.apps.partners import selectors as directory
from sluis.apps.partners import services as partners
from sluis.apps.partners.selectors import Acting, Role
from sluis.apps.partners.services import Rule, circles
from sluis.apps.privacy import selectors as basis
from sluis.apps.privacy import services as privacy
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange import pilots
from sluis.core.exchange.pilots import SYNTHETIC, Decision, Phase, Plan, State
from sluis.core.exchange.policy import Member, Section
from sluis.plumbing import viewing
from sluis.wire import clock

OFFICERS: Final = frozenset({Role.DATA_OFFICER.value, Role.PRIVACY_OFFICER.value})
_TRADES: Final = frozenset({"publish", "check", "watch"})
_INVENTED: Final = ["synthetic"]


BEGIN: Final = Rule.by_role("proeftuin", OFFICERS)
EXTEND: Final = Rule.by_role("proeftuin verlengen", OFFICERS)
TO_PRACTICE: Final = Rule.by_role("proeftuin naar praktijk", OFFICERS)
RULES: Final = {rule.kind: rule for rule in (BEGIN, EXTEND, TO_PRACTICE)}
# How the steps are called when something is proposed, agreed to, and refused.
_STEPS: Final = {
    BEGIN.kind: ("voorgesteld", "begonnen", "afgewezen"),
    EXTEND.kind: ("verlengen-voorgesteld", "verlengd", "verlengen-afgewezen"),
    TO_PRACTICE.kind: ("praktijk-voorgesteld", "naar-praktijk", "praktijk-afgewezen"),
}


class OfPilot(circles.OfCircle, frozen=True):
    """Which pilot; `ends` (seconds) when it would be extended, `practice` the name of the circle it would go on in."""

    pilot: str
    ends: int = 0
    practice: str = ""


def propose(name: str, plan: Plan, *, by: Acting, reason: str) -> Pilot:
    """Proposes a pilot of the circle called `name`; nothing runs yet.

    Raises NotFound `onbekende-kring`, NotAllowed, Malformed `proeftuin-onjuist` with every fault, Conflict `proeftuin-bestaat`.
    """
    section, now, identity = circles.circle_of(name, by=by), clock.now(), uuid4()
    with audit.recorded_refusals(Happening("proeftuin voorgesteld")):
        _require_part(section, by)
    pilots.require(plan, at=now)
    _require_nobody(plan.title, plan.hypothesis)
    told = OfPilot(section.circle.hex(), section.title, str(identity))
    with viewing.as_organisation(by.organisation):
        if Pilot.objects.filter(circle=section.circle, state__in=[State.CONFIRMED, State.ENDED]).exists():
            raise _taken()
        change = partners.propose(BEGIN, told, by=by, organisation=by.organisation, reason=reason)
        row = _keep(identity, plan, section=section, until=change.until, party=by.organisation)
        _note(row, _STEPS[BEGIN.kind][0], who=by.organisation_name, why=reason)
    return row


def _keep(identity: UUID, plan: Plan, *, section: Section, until: int, party: bytes) -> Pilot:
    row = Pilot.objects.create(
        id=identity,
        circle=section.circle,
        circle_name=section.name,
        title=plan.title.strip(),
        kind=plan.kind,
        starts=plan.starts,
        ends=plan.ends,
        until=until,
        counts_from=plan.starts,
        proposed=clock.now(),
        proposer=party,
    )
    PilotPlan.objects.create(
        pilot=row,
        parties=readers(section),
        hypothesis=plan.hypothesis.strip(),
        goal=msgspec.to_builtins(plan.goal),
        criteria=msgspec.to_builtins(plan.criteria),
    )
    return row


def readers(section: Section) -> list[str]:
    """Who reads the content of a circle's pilots: its members, its auditor among them, by party id in hexadecimal."""
    return sorted(one.id.hex() for one in section.members)


def decide(kind: str, change: int, *, by: Acting) -> Pilot:
    """Somebody of another member agrees to what waits: to begin, to extend, or to go on in practice (`kind`: see `RULES`).

    Raises NotFound `onbekend-voorstel`, NotAllowed `geen-recht`, `zelfde-organisatie`, Conflict `voorstel-besloten`,
    `proeftuin-bestaat`, `beoordeling-past-niet`, `langer-dan-beoordeling`, NotPermitted `geen-grondslag`.
    """
    rule = _rule_of(kind)
    with partners.deciding(rule):
        asked = partners.approve(rule, change, by=by)
        told = partners.payload_of(asked, OfPilot)
        circles.require_other_member(asked, told, by)
        section = directory.snapshot().section(bytes.fromhex(told.circle))
        _require_part(section, by, other=bytes(asked.organisation_id))
        with _locked(told.pilot, by) as row:
            _ACTS[rule.kind](row, told, section)
            _note(row, _STEPS[kind][1], who=by.organisation_name)
    return row


def confirm(row: Pilot, *, by: Acting) -> None:
    """Agrees to the proposal by which this pilot would begin. Raises as `decide`."""
    waiting = circles.waiting(BEGIN, OfPilot, by=by)
    number = next((asked.pk for asked, told in waiting if told.pilot == str(row.id)), 0)
    decide(BEGIN.kind, number, by=by)


def _rule_of(kind: str) -> Rule:
    if kind not in RULES:
        raise errors.NotFound("There is no such proposal.", code="onbekend-voorstel")
    return RULES[kind]


def refuse(kind: str, change: int, *, by: Acting, answer: str) -> None:
    """Somebody of another member does not agree. Raises as `decide`, and Malformed `reden-ontbreekt`."""
    rule = _rule_of(kind)
    with partners.deciding(rule):
        asked = partners.refuse(rule, change, by=by, answer=answer)
        told = partners.payload_of(asked, OfPilot)
        circles.require_other_member(asked, told, by)
        with _locked(told.pilot, by) as row:
            if rule is BEGIN:
                row.decline()
            _note(row, _STEPS[kind][2], who=by.organisation_name, why=answer)


def _begin(row: Pilot, _told: OfPilot, section: Section) -> None:
    now = clock.now()
    _require_phase(row, Phase.PROPOSED)
    if row.ends <= now:
        raise _moved()
    try:
        with transaction.atomic():
            row.confirm(now)
    except IntegrityError:
        raise _taken() from None
    _bind(row, section)


def _bind(row: Pilot, section: Section) -> None:
    """The gate closes by itself at the end of the pilot, and opens by an assessment of what the pilot exchanges only."""
    at = max(clock.now(), row.starts)
    if privacy.bound_by_pilot(section.circle, ends=row.ends) < row.ends:
        raise errors.Conflict("The assessment ends before the pilot does.", code="langer-dan-beoordeling")
    found = basis.basis_of(section.circle, at=at, rules=section)
    invented = all(one.get("data") == _INVENTED for one in found.exchanges)
    if invented != (row.kind == SYNTHETIC):
        raise errors.Conflict("The assessment of this circle is of other data.", code="beoordeling-past-niet")


def propose_extension(identity: UUID, *, by: Acting, ends: int, reason: str) -> None:
    """Proposes that a pilot goes on until `ends` (seconds). Raises NotFound, NotAllowed, Malformed `einde-te-vroeg`, Conflict
    `andere-stand`, `conclusie-ontbreekt`."""
    row, now = own(identity, by), clock.now()
    if not max(now, row.ends) < ends <= now + pilots.LONGEST:
        raise errors.Malformed("A pilot is extended beyond its end, by a year at most.", code="einde-te-vroeg")
    _require_phase(row, Phase.RUNNING, Phase.OVER)
    _ask(EXTEND, row, OfPilot(bytes(row.circle).hex(), row.circle_name, str(row.id), ends=ends), by=by, reason=reason)


def _extend(row: Pilot, told: OfPilot, section: Section) -> None:
    _require_phase(row, Phase.RUNNING, Phase.OVER)
    row.extend(clock.now(), told.ends)
    PilotPlan.objects.filter(pilot=row).update(counts=None, counted=None)
    _bind(row, section)


def propose_practice(identity: UUID, *, by: Acting, practice: str, reason: str) -> None:
    """Proposes that what the pilot tried goes on in the circle called `practice`. Raises as `propose_extension`."""
    row, section = own(identity, by), circles.circle_of(practice, by=by)
    _require_phase(row, Phase.OVER)
    told = OfPilot(bytes(row.circle).hex(), row.circle_name, str(row.id), practice=section.name)
    _ask(TO_PRACTICE, row, told, by=by, reason=reason)


def _to_practice(row: Pilot, told: OfPilot, section: Section) -> None:
    _require_phase(row, Phase.OVER)
    _close(row, clock.now())
    onward = directory.snapshot().named(told.practice)
    newest = basis.assessment_of(onward.circle)
    same = onward.circle == section.circle
    row.settle(clock.now(), Decision.PRACTICE, practice=onward.circle, after=newest.version if newest and same else 0)
    if same:
        privacy.free_of_pilot(section.circle)


_ACTS: Final = {BEGIN.kind: _begin, EXTEND.kind: _extend, TO_PRACTICE.kind: _to_practice}


def _ask(rule: Rule, row: Pilot, told: OfPilot, *, by: Acting, reason: str) -> None:
    with viewing.as_organisation(by.organisation):
        _require_conclusion(row)
        partners.propose(rule, told, by=by, organisation=by.organisation, reason=reason)
        _note(row, _STEPS[rule.kind][0], who=by.organisation_name, why=reason)


def _require_conclusion(row: Pilot) -> None:
    over = pilots.phase(row.standing(), clock.now()) is Phase.OVER
    if over and not PilotPlan.objects.filter(pilot=row).exclude(conclusion="").exists():
        raise errors.Conflict("First write what the numbers say.", code="conclusie-ontbreekt")


def halt(identity: UUID, *, by: Acting, reason: str) -> None:
    """Ends a pilot now: one officer of a member suffices to shut. Raises NotFound, NotAllowed, Malformed `geen-reden`, Conflict
    `andere-stand`."""
    why = rules.reason(reason)
    own(identity, by)
    with _locked(str(identity), by) as row:
        _require_phase(row, Phase.PLANNED, Phase.RUNNING)
        _note(row, "eerder-gestopt", who=by.organisation_name, why=why)
        _end(row, clock.now(), "besluit")


def stop(identity: UUID, *, by: Acting, reason: str) -> None:
    """Decides of a pilot that is over that it stays so. Raises as `halt`, and Conflict `conclusie-ontbreekt`."""
    why = rules.reason(reason)
    own(identity, by)
    with _locked(str(identity), by) as row:
        _require_phase(row, Phase.OVER)
        _require_conclusion(row)
        _close(row, clock.now())
        row.settle(clock.now(), Decision.STOP)
        _note(row, "stoppen-besloten", who=by.organisation_name, why=why)


def conclude(identity: UUID, *, by: Acting, text: str) -> None:
    """Keeps what people conclude from the numbers of a pilot that is over, until it is decided. Raises as `halt`."""
    said = rules.reason(text)
    own(identity, by)
    with _locked(str(identity), by) as row:
        _require_phase(row, Phase.OVER)
        _close(row, clock.now())
        told = {"conclusion": said, "concluder": by.organisation_name, "concluded": clock.now()}
        PilotPlan.objects.filter(pilot=row).update(**told)
        _note(row, "conclusie", who=by.organisation_name)


def tend() -> int:
    """Ends every pilot that is past its end or met a criterion, and brings up to date who reads its content. Returns how many
    ended. The gate does not wait for this: it is shut by the clock."""
    stored, ended = directory.stored_snapshot(), 0
    for identity in list(Pilot.objects.filter(state=State.CONFIRMED).values_list("id", flat=True)):
        with transaction.atomic():
            row = Pilot.objects.select_for_update().get(id=identity)
            section = stored.sections.get(bytes(row.circle)) if stored else None
            if section is not None:
                PilotPlan.objects.filter(pilot=row).exclude(parties=readers(section)).update(parties=readers(section))
            ended += _weigh(row)
            privacy.bound_by_pilot(bytes(row.circle), ends=row.ends)
    return ended


def weigh(circle: bytes, *, party: bytes) -> None:
    """After something was fed back or disputed by `party` in a circle: ends its pilot at once when that met a criterion, inside
    the caller's transaction."""
    row = Pilot.objects.select_for_update().filter(circle=circle, state=State.CONFIRMED).first()
    if row is not None:
        with viewing.as_organisation(party):
            _weigh(row)


def _weigh(row: Pilot) -> bool:
    now = clock.now()
    match pilots.phase(row.standing(), now):
        case Phase.OVER:
            _close(row, now)
            return True
        case Phase.RUNNING:
            return _weigh_criteria(row, now)
        case _:
            return False


def _weigh_criteria(row: Pilot, now: int) -> bool:
    plan = PilotPlan.objects.filter(pilot=row).first()
    if plan is None:
        return False
    found = reads.decisive(row, since=row.counts_from, until=now + 1)
    met = pilots.reached(reads.criteria_of(plan), found, at=now)
    if met is not None:
        _end(row, now, met.measure)
    return met is not None


def _close(row: Pilot, now: int) -> None:
    """Writes down that a pilot ended on its day, when that was not done yet."""
    if row.state == State.CONFIRMED and now >= row.ends:
        _end(row, row.ends, "einddatum")


def _end(row: Pilot, at: int, by: str) -> None:
    row.end(at, by)
    privacy.bound_by_pilot(bytes(row.circle), ends=at)
    counted = msgspec.to_builtins(reads.counts(row, until=at + 1))
    PilotPlan.objects.filter(pilot=row).update(counts=counted, counted=clock.now())
    _note(row, f"einde-{by}")


@contextmanager
def _locked(identity: str, by: Acting) -> Iterator[Pilot]:
    """The row, locked, in a transaction that sees what its organisation may see."""
    with viewing.as_organisation(by.organisation):
        yield Pilot.objects.select_for_update().get(id=identity)


def own(identity: UUID, by: Acting) -> Pilot:
    """A pilot of a circle in which this officer's organisation takes part. Raises NotFound, NotAllowed."""
    row = reads.found(identity)
    section = directory.snapshot().sections.get(bytes(row.circle))
    if section is None or not any(one.id == by.organisation for one in section.members):
        raise errors.NotFound("There is no pilot with this number.", code="onbekende-proeftuin")
    with audit.recorded_refusals(Happening("proeftuin besluit")):
        _require_part(section, by)
    return row


def _require_part(section: Section, by: Acting, *, other: bytes = b"") -> None:
    """An officer of a member that shares or asks; of another group than that of `other` (16 octets)."""
    me = _member(section, by.organisation)
    if by.role not in OFFICERS or me is None or not takes_part(me):
        raise errors.NotAllowed("An officer of a member that shares or asks does this.")
    proposer = _member(section, other) if other else None
    if proposer is not None and proposer.group == me.group:
        raise errors.NotAllowed("Somebody of another member decides.", code="zelfde-organisatie")


def takes_part(member: Member) -> bool:
    """Whether a member shares or asks, and not only audits or decides."""
    return bool(_TRADES & set(member.uses))


def _member(section: Section, party: bytes) -> Member | None:
    return next((one for one in section.members if one.id == party), None)


def _require_phase(row: Pilot, *wanted: Phase) -> None:
    if pilots.phase(row.standing(), clock.now()) not in wanted:
        raise _moved()


def _moved() -> errors.Conflict:
    return errors.Conflict("The pilot stands differently by now; look at its page.", code="andere-stand")


def _require_nobody(*texts: str) -> None:
    if any(map(rules.names_somebody, texts)):
        fault = Fault("hypothesis", "kenmerk-in-tekst", "Leave out the account or mobile number.")
        raise errors.Malformed("This text cannot be kept.", code="proeftuin-onjuist", faults=(fault,))


def _taken() -> errors.Conflict:
    return errors.Conflict("This circle has a pilot that is not decided yet.", code="proeftuin-bestaat")


def _note(row: Pilot, act: str, *, who: str = "", why: str = "") -> None:
    """A step for members to read, and a leaf of the log that names the pilot and not the reason."""
    PilotStep.objects.create(pilot=row, time=clock.now(), act=act, organisation=who, reason=why)
    audit.record(Happening(f"proeftuin {act}", circle=bytes(row.circle)), reference=str(row.id))
