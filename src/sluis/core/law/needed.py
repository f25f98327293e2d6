"""What a circle that is only drafted still needs before its legal gate may open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sluis.core.law import assessing, controls, facts
from sluis.core.law.assessing import Answer, Whole
from sluis.core.law.controls import CircleRules
from sluis.core.law.rules import Condition, RuleSet


@dataclass(frozen=True, slots=True)
class Needed:
    """The answer on every direction and on all together; the conditions that the drafted rules meet by themselves, and those
    that somebody has to show evidence of. Whatever the answer: it opens nothing until a person approved an assessment."""

    answers: tuple[Answer, ...]
    whole: Whole
    controlled: Mapping[str, Condition]
    open: Mapping[str, Condition]


def needed(exchanges: Sequence[Mapping[str, Any]], circle: CircleRules, rules: RuleSet) -> Needed:
    """What `rules` ask of a circle with these facts and drafted rules. Raises Malformed `feiten-onjuist`."""
    answers = tuple(assessing.assess(facts.read(one, rules.words), rules) for one in exchanges)
    whole = assessing.worst(answers)
    missing = set(controls.unmet(whole.conditions, (), circle))
    split = [(code, rules.conditions[code]) for code in whole.conditions]
    return Needed(
        answers,
        whole,
        {code: one for code, one in split if code not in missing},
        {code: one for code, one in split if code in missing},
    )
