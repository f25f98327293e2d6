"""What the privacykader says of one proposed exchange, with all that a page, an API or a letter needs of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sluis.apps.privacy.selectors import kader
from sluis.core import errors
from sluis.core.law import alternatives, assessing, facts
from sluis.core.law.alternatives import Alternative, Change
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


def weigh(asked: Facts, rules: RuleSet, *, world: World = TODAY) -> Weighed:
    """The answer on `asked`, complete. Takes some tens of milliseconds when it is no, for the alternatives are searched."""
    answer = assessing.assess(asked, rules, world=world)
    return Weighed(
        answer,
        assessing.lifters(answer, rules),
        assessing.scenarios(answer, rules),
        alternatives.nearest(asked, rules, world=world),
    )


def change_in_words(change: Change) -> str:
    """One change as advice."""
    field = change.field
    before = "; ".join(kader.word(field, code) for code in change.without)
    after = "; ".join(kader.word(field, code) for code in change.with_)
    told = {"field": kader.field_name(field).lower(), "before": before, "after": after}
    if not before:
        return _("Zorg eerst dat dit zo is: %(after)s.") % told
    if not after:
        return _("Laat weg: %(before)s.") % told
    return _("Neem als %(field)s: %(after)s, in plaats van: %(before)s.") % told


def possible_instead(exchanges: Sequence[Mapping[str, Any]]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """(changes in words, outcome) of the nearest alternatives to the first direction that the rules forbid; none when they
    forbid none. Facts that the rules in force do not know give none."""
    rules = kader.rules_in_force()
    with contextlib.suppress(errors.Malformed):
        for one in exchanges:
            if found := alternatives.nearest(facts.read(one, rules.words), rules):
                return tuple((tuple(map(change_in_words, each.changes)), each.answer.outcome) for each in found)
    return ()
