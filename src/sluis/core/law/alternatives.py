"""The nearest lawful alternative: the smallest change of facts after which the exchange is possible.

Only changes that parties can make themselves are weighed: share less or something else, another technique, say less about
a person, arrange what a rule asks for, drop a choice of design; at a price, keep it or tell the police, or another purpose.
What is simply true (who is a minor, whose data they are) is never changed. The order of prices is ours, not the law's:
see `docs/decisions/0020-nearest-lawful-alternative.md`.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sluis.core.law import assessing, facts
from sluis.core.law.assessing import OPEN, TODAY, Answer, World
from sluis.core.law.facts import Facts
from sluis.core.law.rules import RuleSet

Kind = Literal["data", "technique", "offence", "flags", "to", "purpose"]
FARTHEST: Final = 6
_LICENCES: Final = frozenset({"ap_licence", "pifi_both", "pob_licence", "wpg20_decision", "amlr_partnership"})
# A claim may be made weaker, or firmer by more investigation; never into silence about somebody who is accused.
_CLAIMS: Final = {"suspicion": ("risk_signal", "established"), "established": ("risk_signal",), "conviction": ("risk_signal",)}
_ANONYMOUS: Final = ("modus_operandi", "technical_nonpersonal", "aggregate_stats", "synthetic")
_QUIETER: Final = ("pet_hit_no_hit", "hit_no_hit", "query", "plain", "referral", "conduit")
_RECEIVERS: Final = ("self", "police")
_PURPOSES: Final = ("prevent_fraud", "warn_potential_victims", "victim_support", "statistics", "research")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: which fact, what goes and what comes (codes; empty when nothing goes or comes), and its price."""

    field: Kind
    without: tuple[str, ...]
    with_: tuple[str, ...]
    price: int

    def as_data(self) -> dict[str, Any]:
        """The change for a machine."""
        return {"field": self.field, "without": list(self.without), "with": list(self.with_)}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Changes that together make the exchange possible, and the answer then."""

    changes: tuple[Change, ...]
    answer: Answer

    @property
    def price(self) -> int:
        """How far it is from what was asked."""
        return sum(one.price for one in self.changes)


def nearest(given: Facts, rules: RuleSet, *, world: World = TODAY, most: int = 3) -> tuple[Alternative, ...]:
    """At most `most` alternatives, the nearest first, each changing other facts than the ones before; empty when the
    exchange is possible already, or when nothing within reach makes it so."""
    if assessing.outcome_of(given, rules, world=world) in OPEN:
        return ()
    found: list[Alternative] = []
    for changes, changed in _nearest_first(given, rules):
        fields = {one.field for one in changes}
        if any({change.field for change in one.changes} <= fields for one in found):
            continue
        answer = assessing.assess(changed, rules, world=world)
        if answer.opens:
            found.append(Alternative(changes, answer))
            if len(found) == most:
                break
    return tuple(found)


def _nearest_first(given: Facts, rules: RuleSet) -> Iterator[tuple[tuple[Change, ...], Facts]]:
    """Every set of changes within reach, cheapest first; the same facts are given once."""
    count = 0
    queue: list[tuple[int, int, int, tuple[Change, ...], Facts]] = [(0, 0, 0, (), given)]
    seen = {given}
    while queue:
        price, _length, _count, changes, now = heapq.heappop(queue)
        if changes:
            yield changes, now
        touched = {one.field for one in changes}
        for change, changed in steps(now, rules):
            total = price + change.price
            if change.field in touched or total > FARTHEST or changed in seen:
                continue
            seen.add(changed)
            count += 1
            heapq.heappush(queue, (total, len(changes) + 1, count, (*changes, change), changed))


def steps(now: Facts, rules: RuleSet) -> Iterator[tuple[Change, Facts]]:
    """Every single change within reach, with the facts after it; never facts that contradict each other."""
    for change, changed in (*_data(now, rules), *_manner(now), *_claim(now), *_flags(now, rules), *_elsewhere(now)):
        if not any(facts.contradicted(changed, rules.words)):
            yield change, changed


def _data(now: Facts, rules: RuleSet) -> Iterator[tuple[Change, Facts]]:
    """Leave one kind of data out; or share instead what is about nobody, and then accuse nobody."""
    for one in sorted(now.data) if len(now.data) > 1 else ():
        yield Change("data", (one,), (), 1), replace(now, data=now.data - {one})
    everything = tuple(sorted(now.data))
    for one in _ANONYMOUS:
        if one not in now.data and now.data & (rules.words.group("personal") | rules.words.group("victim_data")):
            told = replace(now, data=frozenset({one}), offence="none", subject="none")
            yield Change("data", everything, (one,), 4), told


def _manner(now: Facts) -> Iterator[tuple[Change, Facts]]:
    for one in _QUIETER:
        if one != now.technique:
            yield Change("technique", (now.technique,), (one,), 1), replace(now, technique=one)


def _claim(now: Facts) -> Iterator[tuple[Change, Facts]]:
    for one in _CLAIMS.get(now.offence, ()):
        subject = "customer" if one == "risk_signal" and now.subject == "suspect" else now.subject
        yield Change("offence", (now.offence,), (one,), 2), replace(now, offence=one, subject=subject)


def _flags(now: Facts, rules: RuleSet) -> Iterator[tuple[Change, Facts]]:
    for name, word in rules.words.words("flags").items():
        if word.changed_by == "design" and name in now.flags:
            yield Change("flags", (name,), (), 1), replace(now, flags=now.flags - {name})
        if word.changed_by == "arrangement" and name not in now.flags:
            yield Change("flags", (), (name,), 3 if name in _LICENCES else 2), replace(now, flags=now.flags | {name})


def _elsewhere(now: Facts) -> Iterator[tuple[Change, Facts]]:
    for one in _RECEIVERS:
        if one != now.receiver:
            yield Change("to", (now.receiver,), (one,), 4), replace(now, receiver=one)
    for one in _PURPOSES:
        if one != now.purpose:
            yield Change("purpose", (now.purpose,), (one,), 5), replace(now, purpose=one)
