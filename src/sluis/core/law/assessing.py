"""Facts to an answer: is this exchange possible, by which rules, under which conditions, and what would lift a prohibition.

How rules are weighed: every rule whose `when` holds, and that is law in the world asked about, speaks. A prohibition named
in `lifts` of another that speaks is lifted. One prohibition left: not possible. Else a rule that requires: possible under
conditions. Else a rule that allows: possible. Else: further research. Notes add conditions, never an answer. Nothing is
possible because no rule speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sluis.core.law.facts import Facts
from sluis.core.law.rules import Condition, Effect, Rule, RuleSet

POSSIBLE: Final = "mogelijk"
CONDITIONAL: Final = "mogelijk_onder_voorwaarden"
IMPOSSIBLE: Final = "niet_mogelijk"
UNCLEAR: Final = "nader_onderzoek"
OUTCOMES: Final = (POSSIBLE, CONDITIONAL, IMPOSSIBLE, UNCLEAR)
OPEN: Final = frozenset({POSSIBLE, CONDITIONAL})
_ANSWERS: Final[tuple[tuple[Effect, str], ...]] = (("forbid", IMPOSSIBLE), ("require", CONDITIONAL), ("allow", POSSIBLE))


@dataclass(frozen=True, slots=True)
class World:
    """The law an exchange is asked about: scenarios that are taken as law, and a day (None: as the version stands)."""

    what_if: frozenset[str] = frozenset()
    as_of: date | None = None


TODAY: Final = World()


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks, and by which other rules that speak it is lifted."""

    rule: Rule
    lifted_by: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether nothing lifts it."""
        return not self.lifted_by


@dataclass(frozen=True, slots=True)
class Answer:
    """What the privacykader says of one exchange. `conditions` by code, in the order the rules name them."""

    facts: Facts
    world: World
    version: str
    outcome: str
    findings: tuple[Finding, ...]
    conditions: Mapping[str, Condition]

    @property
    def opens(self) -> bool:
        """Whether the answer is that it is possible, with or without conditions."""
        return self.outcome in OPEN

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of every rule that speaks."""
        return tuple(one.rule.id for one in self.findings)

    @property
    def deciding(self) -> tuple[Rule, ...]:
        """The rules that give the outcome; none when the outcome is that no rule speaks."""
        effect = next((effect for effect, outcome in _ANSWERS if outcome == self.outcome), None)
        return tuple(one.rule for one in self.findings if one.stands and one.rule.effect == effect)

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles of the rules that decide; marked where we reasoned to them."""
        return tuple(dict.fromkeys(citation(rule) for rule in self.deciding))


def citation(rule: Rule) -> str:
    """The article of a rule, with a mark when it was reasoned to and not read in a verified source."""
    return rule.article if rule.confidence == "verified" else f"{rule.article} (eigen afleiding)"


def assess(facts: Facts, rules: RuleSet, *, world: World = TODAY) -> Answer:
    """What `rules` say of `facts` in `world`. Pure; 67 rules take some tens of microseconds."""
    found = _lifted(rules.matching(facts, what_if=world.what_if, as_of=world.as_of))
    codes = dict.fromkeys(code for one in found for code in one.rule.conditions)
    conditions = {code: rules.conditions[code] for code in codes}
    return Answer(facts, world, rules.meta.version, _outcome(found), found, conditions)


def outcome_of(facts: Facts, rules: RuleSet, *, world: World = TODAY) -> str:
    """The outcome alone, for who asks many."""
    return _outcome(_lifted(rules.matching(facts, what_if=world.what_if, as_of=world.as_of)))


@dataclass(frozen=True, slots=True)
class Whole:
    """The answer on several directions together: the worst outcome, the articles it rests on, and every condition."""

    outcome: str
    articles: tuple[str, ...]
    conditions: tuple[str, ...]
    version: str

    @property
    def opens(self) -> bool:
        """Whether every direction is possible."""
        return self.outcome in OPEN


_WORST_FIRST: Final = (IMPOSSIBLE, UNCLEAR, CONDITIONAL, POSSIBLE)


def worst(answers: Sequence[Answer]) -> Whole:
    """Directions of one circle as one answer, at least one. The articles are those of the directions that decide: of a no the
    ones that say no, of a yes all."""
    outcome = min((one.outcome for one in answers), key=_WORST_FIRST.index)
    deciding = [one for one in answers if one.outcome == outcome or outcome in OPEN]
    return Whole(
        outcome,
        tuple(dict.fromkeys(article for one in deciding for article in one.articles)),
        tuple(dict.fromkeys(code for one in answers for code in one.conditions)),
        answers[0].version,
    )


def _lifted(matching: tuple[Rule, ...]) -> tuple[Finding, ...]:
    return tuple(Finding(rule, tuple(one.id for one in matching if rule.id in one.lifts)) for rule in matching)


def _outcome(findings: tuple[Finding, ...]) -> str:
    standing = {one.rule.effect for one in findings if one.stands}
    return next((outcome for effect, outcome in _ANSWERS if effect in standing), UNCLEAR)


def lifters(answer: Answer, rules: RuleSet) -> Mapping[str, tuple[Rule, ...]]:
    """For each prohibition that stands, the rules of the version that would lift it, law to come included."""
    standing = (one.rule.id for one in answer.findings if one.stands and one.rule.effect == "forbid")
    return {name: tuple(rule for rule in rules.rules if name in rule.lifts) for name in standing}


def scenarios(answer: Answer, rules: RuleSet) -> Mapping[str, str]:
    """What the outcome would be if law to come were law, for each scenario that would change it."""
    found = {
        name: outcome_of(answer.facts, rules, world=World(answer.world.what_if | {name}, answer.world.as_of))
        for name in rules.scenarios()
        if name not in answer.world.what_if
    }
    return {name: outcome for name, outcome in found.items() if outcome != answer.outcome}
