"""What would open an exchange that is off: law to come in words, with the question to the privacykader filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sluis.apps.exchange.selectors.coming import Coming
from sluis.apps.exchange.views import words
from sluis.apps.privacy import selectors as privacy


@dataclass(frozen=True, slots=True)
class ComingView:
    """Law to come in words, the outcome then, and the address of the question with that law taken as law."""

    scenario: str
    outcome: str
    query: str


def views(found: Iterable[Coming]) -> tuple[ComingView, ...]:
    """Law to come in words."""
    return tuple(map(_view, found))


def _view(one: Coming) -> ComingView:
    scenario, outcome = privacy.scenario_name(one.scenario), words.named(words.OUTCOMES, one.outcome)
    return ComingView(scenario, outcome, question({**one.facts, "what_if": [one.scenario]}))


def question(facts: Mapping[str, Any]) -> str:
    """Facts as the query of the page that asks the privacykader."""
    return urlencode(facts, doseq=True)
