"""What administrators of two members of a circle decide together: whether it is shown, its rules, and steps on misuse."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
from django.db.models import Max

from sluis.apps.partners.models import CircleRules, MisuseDecision, MisuseStep, Organisation, TwoPersonChange
from sluis.apps.partners.selectors import Acting, directory
from sluis.apps.partners.services import changes, roles
from sluis.apps.partners.services.changes import Rule
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.policy import Section
from sluis.wire import clock

Payload = TypeVar("Payload", bound="OfCircle")
LONGEST: Final = 500
MOST_DAYS: Final = 730


SHOW: Final = Rule.by_role("ledenlijst", roles.ADMINS)
RULES: Final = Rule.by_role("kringregels", roles.ADMINS)
MISUSE: Final = Rule.by_role("misbruik", roles.ADMINS)


class OfCircle(msgspec.Struct, frozen=True):
    """Which circle (id, hexadecimal), and its title for who reads the proposal."""

    circle: str
    title: str


class NewRules(OfCircle, frozen=True):
    """Rules as proposed."""

    gives: str
    evidence: str
    review_days: int


class Misuse(OfCircle, frozen=True):
    """A step about a member (party id, hexadecimal)."""

    member: str
    name: str
    step: str


def circle_of(name: str, *, by: Acting) -> Section:
    """The circle called `name`, for a member. Raises NotFound `onbekende-kring`: who is none learns nothing of it."""
    section = next((one for one, _shown in directory.own_circles(by.organisation) if one.name == name), None)
    if section is None:
        raise errors.NotFound("You are in no circle of that name.", code="onbekende-kring")
    return section


def require_other_member(row: TwoPersonChange, told: OfCircle, by: Acting) -> None:
    """Raises NotAllowed unless `by` is of another member of the circle than who proposed; `zelfde-organisatie` for the same."""
    mine = {one.circle.hex() for one, _shown in directory.own_circles(by.organisation)}
    if told.circle not in mine:
        raise errors.NotAllowed("Only members of a circle decide about it.")
    if bytes(row.organisation_id) == by.organisation:
        raise errors.NotAllowed("Somebody of another member decides.", code="zelfde-organisatie")


def waiting(rule: Rule, kind: type[Payload], *, by: Acting) -> tuple[tuple[TwoPersonChange, Payload], ...]:
    """What was proposed about circles of one's own organisation and waits."""
    mine = {one.circle.hex() for one, _shown in directory.own_circles(by.organisation)}
    rows = TwoPersonChange.objects.select_related("proposer", "organisation").filter(
        kind=rule.kind, state="voorgesteld", until__gt=clock.now()
    )
    told = ((row, changes.payload_of(row, kind)) for row in rows.order_by("proposed", "pk"))
    return tuple((row, one) for row, one in told if one.circle in mine)


def propose_rules(name: str, new: NewRules, *, by: Acting, reason: str) -> TwoPersonChange:
    """Proposes rules for a circle. Raises NotFound, Malformed with every fault, and as `changes.propose`."""
    section = circle_of(name, by=by)
    faults = [
        Fault(where, "regel-ontbreekt", "Write this in 10 to 500 signs.")
        for where in ("gives", "evidence")
        if not 10 <= len(getattr(new, where).strip()) <= LONGEST
    ]
    if not 1 <= new.review_days <= MOST_DAYS:
        faults.append(Fault("review_days", "onjuiste-termijn", "From 1 to 730 days."))
    if faults:
        raise errors.Malformed("The rules do not read.", faults=tuple(faults))
    told = msgspec.structs.replace(new, circle=section.circle.hex(), title=section.title)
    return changes.propose(RULES, told, by=by, organisation=by.organisation, reason=reason)


def decide_rules(change: int, *, by: Acting) -> CircleRules:
    """Somebody of another member approves: the next version counts from now. Raises as `changes.approve`."""
    with changes.deciding(RULES):
        row = changes.approve(RULES, change, by=by)
        told = changes.payload_of(row, NewRules)
        require_other_member(row, told, by)
        circle = bytes.fromhex(told.circle)
        last = CircleRules.objects.filter(circle=circle).aggregate(last=Max("version"))["last"] or 0
        return CircleRules.objects.create(
            circle=circle,
            version=last + 1,
            gives=told.gives.strip(),
            evidence=told.evidence.strip(),
            review_days=told.review_days,
            since=clock.now(),
            change=row,
        )


def propose_misuse(name: str, *, by: Acting, member: bytes, step: str, reason: str) -> TwoPersonChange:
    """Proposes a step about another member. Raises NotFound, NotAllowed `eigen-zaak`, Malformed `onbekende-stap`."""
    section = circle_of(name, by=by)
    found = next((one for one in section.members if one.id == member), None)
    if found is None:
        raise errors.NotFound("There is no such member in this circle.", code="geen-lid")
    if member == by.organisation:
        raise errors.NotAllowed("Other members decide about you.", code="eigen-zaak")
    if step not in MisuseStep.values:
        raise errors.Malformed("Choose a step of the list.", code="onbekende-stap")
    told = Misuse(section.circle.hex(), section.title, member.hex(), found.name, step)
    return changes.propose(MISUSE, told, by=by, organisation=by.organisation, reason=reason)


def decide_misuse(change: int, *, by: Acting) -> MisuseDecision:
    """Somebody of a third member approves. Raises as `changes.approve`, and NotAllowed `eigen-zaak`, `zelfde-organisatie`."""
    with changes.deciding(MISUSE):
        row = changes.approve(MISUSE, change, by=by)
        told = changes.payload_of(row, Misuse)
        require_other_member(row, told, by)
        _require_not_about(told, by)
        return MisuseDecision.objects.create(
            circle=bytes.fromhex(told.circle),
            member=Organisation.objects.get(id=bytes.fromhex(told.member)),
            step=told.step,
            since=clock.now(),
            change=row,
        )


def refuse(rule: Rule, change: int, *, by: Acting, answer: str) -> None:
    """Somebody who might approve refuses instead. Raises as `changes.refuse`, `decide_misuse`."""
    with changes.deciding(rule):
        row = changes.refuse(rule, change, by=by, answer=answer)
        require_other_member(row, changes.payload_of(row, OfCircle), by)
        if rule is MISUSE:
            _require_not_about(changes.payload_of(row, Misuse), by)


def _require_not_about(told: Misuse, by: Acting) -> None:
    if told.member == by.organisation.hex():
        raise errors.NotAllowed("Other members decide about you.", code="eigen-zaak")
