"""JSON bodies of the privacykader: what `sluis law assess --json` prints and what the hub answers, the same."""

from __future__ import annotations

from typing import Any

import msgspec

from sluis.core.law import alternatives, assessing
from sluis.core.law.assessing import Answer
from sluis.core.law.rules import Rule, RuleSet


class Reason(msgspec.Struct, frozen=True):
    """A rule that decides: its article, whether that was `verified` or `inferred`, and why in words."""

    rule: str
    article: str
    confidence: str
    reason_nl: str
    reason_en: str


class Instead(msgspec.Struct, frozen=True):
    """An alternative: changes (field, without, with), the outcome then, and its conditions."""

    changes: tuple[dict[str, Any], ...]
    outcome: str
    conditions: tuple[str, ...]


class Assessed(msgspec.Struct, frozen=True):
    """The answer on one exchange. `rules` are all that speak; `lifted_by` is prohibition -> rules that would lift it;
    `what_if` is law to come -> the outcome then, where it differs; `alternative` the nearest first."""

    id: str
    outcome: str
    rules: tuple[str, ...]
    conditions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    lifted_by: dict[str, tuple[str, ...]]
    what_if: dict[str, str]
    alternative: tuple[Instead, ...]
    version: str
    disclaimer: str


class Exchange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One exchange asked about: a name to find it back by, its facts, and law to come that is taken as law."""

    facts: dict[str, Any]
    id: str = ""
    what_if: tuple[str, ...] = ()


class Exchanges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`POST /v1/toetsingen`: 1 to 100 exchanges, under the law of `as_of` (a day as 2027-07-10; empty: as the rules stand)."""

    exchanges: tuple[Exchange, ...]
    as_of: str = ""


class Assessments(msgspec.Struct, frozen=True):
    """The answers, in the order of the question."""

    assessments: tuple[Assessed, ...]


def told(name: str, answer: Answer, rules: RuleSet) -> Assessed:
    """An answer with all that belongs to it; searches the alternatives."""
    found = alternatives.nearest(answer.facts, rules, world=answer.world)
    return Assessed(
        id=name,
        outcome=answer.outcome,
        rules=answer.rules,
        conditions=tuple(answer.conditions),
        reasons=tuple(map(_reason, answer.deciding)),
        lifted_by={one: tuple(rule.id for rule in by) for one, by in assessing.lifters(answer, rules).items()},
        what_if=dict(assessing.scenarios(answer, rules)),
        alternative=tuple(
            Instead(tuple(change.as_data() for change in one.changes), one.answer.outcome, tuple(one.answer.conditions))
            for one in found
        ),
        version=answer.version,
        disclaimer=rules.meta.disclaimer_en,
    )


def _reason(rule: Rule) -> Reason:
    return Reason(rule.id, rule.article, rule.confidence, rule.explanation_nl, rule.explanation_en)
