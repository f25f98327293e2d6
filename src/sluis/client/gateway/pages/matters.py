"""Why something is asked or shared: circle and purpose in one choice, and one's own case. What the gate says of each."""

from __future__ import annotations

from dataclasses import dataclass

from sluis.client.gateway.pages.visits import Visit
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.policy import Section
from sluis.core.exchange.words import Use
from sluis.core.law import decision
from sluis.core.law.decision import Ground
from sluis.wire import clock

CHOICE, CASE = "doel", "zaak"


@dataclass(frozen=True, slots=True)
class Choice:
    """One circle with one of its purposes; `shut` when the gate says no to this use there; the day's budget for it."""

    value: str
    section: Section
    purpose: str
    in_words: str
    budget: int
    shut: Ground | None = None


def choices(visit: Visit, use: Use) -> list[Choice]:
    """Every circle and purpose this member has, those that are open first."""
    found = [
        Choice(
            value=f"{section.name}|{i}",
            section=section,
            purpose=purpose,
            in_words=visit.wording.word("purpose", purpose),
            budget=member.budget(use).day,
            shut=_shut(section, member, use),
        )
        for section, member in visit.circles()
        for i, purpose in enumerate(section.purposes)
        if member.uses and set(member.uses) != {"inzage", "dispute"}
    ]
    return sorted(found, key=lambda one: one.shut is not None)


def _shut(section: Section, member: decision.MemberTerms, use: Use) -> Ground | None:
    return decision.decide(decision.Passage(section, member, clock.now(), use=use.label))


def chosen(visit: Visit, use: Use, *, case: str | None = None) -> tuple[Matter, list[Fault]]:
    """What the form chose, with a fault for each part that is missing. A choice that is shut is for the gate to refuse."""
    wanted = next((one for one in choices(visit, use) if one.value == visit.form[CHOICE]), None)
    own = visit.form[CASE].strip() if case is None else case
    faults = [] if wanted else [Fault(CHOICE, "geen-doel", "Choose a circle and a purpose.")]
    if not own:
        faults.append(Fault(CASE, "geen-zaak", "Give the reference of your own case."))
    if wanted is None:
        return Matter("", own, ""), faults
    return Matter(wanted.section.name, own, wanted.purpose), faults


def types(visit: Visit) -> list[str]:
    """The types of identifier this member may use anywhere, in the order of the protocol."""
    found = {name for section, member in visit.circles() for name in set(section.types) & set(member.types)}
    return [name for name in ORDER if name in found]


def section_named(visit: Visit, name: str) -> Section:
    """The circle by name. Raises NotFound `onbekende-kring`."""
    found = next((section for section, _member in visit.circles() if section.name == name), None)
    if found is None:
        raise errors.NotFound("You are in no circle of that name.", code="onbekende-kring")
    return found


ORDER = ("iban", "phone", "email", "domain", "url", "device", "crypto", "kvk", "address")
