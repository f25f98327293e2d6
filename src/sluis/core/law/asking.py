"""Many exchanges at once: read, weighed, and every fault of all of them told together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.law import assessing, facts
from sluis.core.law.assessing import Answer, World
from sluis.core.law.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Question:
    """One exchange: its name, its facts as given, and law to come that it takes as law."""

    name: str
    facts: Mapping[str, Any]
    what_if: tuple[str, ...] = ()


def weigh(asked: Iterable[Question], rules: RuleSet, *, world: World) -> tuple[tuple[str, Answer], ...]:
    """(name, answer) of every question. Raises Malformed `feiten-onjuist` with the faults of all of them at once."""
    found: list[tuple[str, Answer]] = []
    faults: list[Fault] = []
    for one in asked:
        try:
            own = World(world.what_if | scenarios(one.what_if, rules), world.as_of)
            found.append((one.name, assessing.assess(facts.read(one.facts, rules.words), rules, world=own)))
        except errors.Malformed as error:
            faults += [Fault(f"{one.name}.{fault.where}", fault.code, fault.next_step) for fault in error.faults]
    if faults:
        raise errors.Malformed("Facts of an exchange do not hold.", code="feiten-onjuist", faults=tuple(faults))
    return tuple(found)


def scenarios(given: Iterable[str], rules: RuleSet) -> frozenset[str]:
    """Law to come by its names. Raises Malformed `onbekend-scenario` with every name that is none."""
    names = frozenset(given)
    strange = sorted(names - set(rules.scenarios()))
    if strange:
        known = ", ".join(rules.scenarios())
        faults = tuple(Fault("what_if", "onbekend", f"This is no scenario; use {known}.") for _one in strange)
        raise errors.Malformed("There is no such scenario.", code="onbekend-scenario", faults=faults)
    return names


def day(text: str) -> date | None:
    """A day written as 2027-07-10; None for empty. Raises Malformed `onjuiste-dag`."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise errors.Malformed("A day is written as 2027-07-10.", code="onjuiste-dag") from None
