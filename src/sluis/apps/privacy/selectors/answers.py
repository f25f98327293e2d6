"""What the privacykader says of one proposed exchange, with all that a page, an API or a letter needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sluis.core.law import alternatives, assessing
from sluis.core.law.alternatives import Alternative
from sluis.core.law.assessing import TODAY, Answer, World
from sluis.core.law.facts import Facts
from sluis.core.law.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True)
class Weighed:
    """An answer, what lifts each prohibition that stands, what law to come would change, and the nearest alternatives."""

    answer: Answer
    lifters: Mapping[str, tuple[Rule, ...]]
    scenarios: Mapping[str, str]
    nearest: tuple[Alternative, ...]


def weigh(facts: Facts, rules: RuleSet, *, world: World = TODAY) -> Weighed:
    """The answer on `facts`, complete. Takes some tens of milliseconds when it is no, for the alternatives are searched."""
    answer = assessing.assess(facts, rules, world=world)
    return Weighed(
        answer,
        assessing.lifters(answer, rules),
        assessing.scenarios(answer, rules),
        alternatives.nearest(facts, rules, world=world),
    )
