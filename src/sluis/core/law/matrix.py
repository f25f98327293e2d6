"""Who may tell whom what: the answer for every pair of sectors, made from the rules each time it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sluis.core.law import assessing, facts
from sluis.core.law.assessing import TODAY, World
from sluis.core.law.facts import Facts
from sluis.core.law.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Matrix:
    """Outcomes by (sender, receiver) for one kind of data; `base` holds the facts that are the same in every cell."""

    base: Facts
    senders: tuple[str, ...]
    receivers: tuple[str, ...]
    cells: Mapping[tuple[str, str], str]

    def row(self, sender: str) -> tuple[tuple[str, str], ...]:
        """(receiver, outcome) from one sender, in the order of the columns."""
        return tuple((receiver, self.cells[sender, receiver]) for receiver in self.receivers)


def senders(rules: RuleSet) -> tuple[str, ...]:
    """The sectors that can give something: all but `public` and `self`."""
    return tuple(one for one in rules.words.words("from") if one not in {"public", "self"})


def matrix(base: Facts, rules: RuleSet, *, world: World = TODAY) -> Matrix:
    """The outcome for every sender and receiver, all other facts as in `base`.

    A cell whose facts cannot be true together (a demand by law of somebody who has no such power) is `nader_onderzoek`.
    """
    rows, columns = senders(rules), tuple(rules.words.words("to"))
    asked = {(one, other): replace(base, sender=one, receiver=other) for one in rows for other in columns}
    return Matrix(base, rows, columns, {pair: _cell(each, rules, world) for pair, each in asked.items()})


def _cell(asked: Facts, rules: RuleSet, world: World) -> str:
    if any(facts.contradicted(asked, rules.words)):
        return assessing.UNCLEAR
    return assessing.outcome_of(asked, rules, world=world)


def whole(base: Facts, rules: RuleSet, *, world: World = TODAY) -> Mapping[str, Matrix]:
    """A matrix for every kind of data, by its code. What is about nobody accuses nobody, whatever `base` says."""
    return {one: matrix(about(base, one, rules), rules, world=world) for one in rules.words.words("data")}


def about(base: Facts, data: str, rules: RuleSet) -> Facts:
    """`base` with one kind of data, and without an accusation when that kind is about nobody."""
    if data in rules.words.group("nonpersonal"):
        return replace(base, data=frozenset({data}), offence="none", subject="none")
    return replace(base, data=frozenset({data}))
