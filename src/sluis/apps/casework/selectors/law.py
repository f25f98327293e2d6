"""Answers of the privacykader for a case: the address of an answer is what a person brings, and the answer is computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.law import assessing, facts, vocabulary

FIELD: Final = "adres"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the rules say of the facts in an address: facts, outcome, articles, version of the rules."""

    facts: Mapping[str, Any]
    outcome: str
    articles: tuple[str, ...]
    rules: str

    def columns(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "facts": dict(self.facts),
            "outcome": self.outcome,
            "articles": list(self.articles),
            "rules": self.rules,
        }


def answered(address: str) -> tuple[Answered | None, tuple[Fault, ...]]:
    """The answer on the facts in the address of a page of the privacykader; or nothing and what is wrong with the address."""
    rules = privacy.rules_in_force()
    try:
        asked = facts.read(_told(address), rules.words)
    except errors.Malformed:
        return None, (Fault(FIELD, "geen-antwoord", "Paste the address of an answer of the privacykader, whole."),)
    found = assessing.assess(asked, rules)
    return Answered(found.facts.as_data(), found.outcome, tuple(found.articles), found.version), ()


def _told(address: str) -> dict[str, Any]:
    try:
        given = parse_qs(urlsplit(address.strip()).query, max_num_fields=200)
    except ValueError:
        given = {}
    asked = {name: values for name, values in given.items() if name in vocabulary.LISTS}
    return {name: values if name in vocabulary.MANY else values[0] for name, values in asked.items()}


def coming(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Laws to come that would change the answer on these facts: name, and the outcome then. None for facts that the rules in
    force do not know any more.
    """
    rules = privacy.rules_in_force()
    try:
        asked = facts.read(given, rules.words)
    except errors.Malformed:
        return ()
    found = assessing.scenarios(assessing.assess(asked, rules), rules)
    return tuple((privacy.scenario_name(name), outcome) for name, outcome in found.items())
