"""What law to come would change of an exchange that is weighed, by the rules in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.law import assessing, facts


@dataclass(frozen=True, slots=True)
class Coming:
    """A scenario that would change the answer on a direction: its name, the outcome then, and the facts."""

    scenario: str
    outcome: str
    facts: Mapping[str, Any]


def changes(exchanges: Sequence[Mapping[str, Any]]) -> tuple[Coming, ...]:
    """What law to come would change of these directions, by the rules in force; nothing of facts that they do not know."""
    return tuple(_changes(exchanges))


def _changes(exchanges: Sequence[Mapping[str, Any]]) -> Iterator[Coming]:
    rules = privacy.rules_in_force()
    for one in exchanges:
        try:
            asked = facts.read(one, rules.words)
        except errors.Malformed:
            continue
        answer = assessing.assess(asked, rules)
        for scenario, outcome in assessing.scenarios(answer, rules).items():
            yield Coming(scenario, outcome, asked.as_data())
