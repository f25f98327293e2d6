"""Answers of the privacykader in words and signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sluis.apps.privacy import selectors
from sluis.apps.privacy.selectors import Weighed
from sluis.core.law.alternatives import Alternative
from sluis.core.law.assessing import Answer
from sluis.core.law.rules import Rule
from sluis.plumbing import moments


@dataclass(frozen=True, slots=True)
class Sign:
    """An outcome for the eye: its word, a sign that needs no colour, the class that colours it, the sign of the lock."""

    code: str
    word: Promise | str
    sign: str
    kind: str
    lock: str


SIGNS: Final[Mapping[str, Sign]] = {
    one.code: one
    for one in (
        Sign("mogelijk", gettext_lazy("mogelijk"), "✓", "success", "st-2"),
        Sign("mogelijk_onder_voorwaarden", gettext_lazy("mogelijk onder voorwaarden"), "v", "neutral", "st-2"),
        Sign("niet_mogelijk", gettext_lazy("niet mogelijk"), "✕", "error", "st-x2"),
        Sign("nader_onderzoek", gettext_lazy("nader onderzoek"), "?", "inactive", "st-x2"),
    )
}
_EFFECTS: Final[Mapping[str, Promise | str]] = {
    "forbid": gettext_lazy("verbiedt"),
    "require": gettext_lazy("stelt voorwaarden"),
    "allow": gettext_lazy("staat toe"),
    "note": gettext_lazy("merkt op"),
}
_STATUSES: Final[Mapping[str, Promise | str]] = {
    "in_force": gettext_lazy("geldend recht"),
    "policy": gettext_lazy("lijn van toezichthouder of rechter"),
    "proposed": gettext_lazy("voorstel, nog geen wet"),
    "adopted_not_yet_applicable": gettext_lazy("aangenomen, nog niet van toepassing"),
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule in words."""

    id: str
    title: str
    effect: str
    status: str
    article: str
    inferred: bool
    explanation: str
    sources: tuple[str, ...]
    remark: str
    when: tuple[tuple[str, str], ...]
    lifts: tuple[str, ...]
    conditions: tuple[ConditionView, ...]


@dataclass(frozen=True, slots=True)
class ConditionView:
    """A condition in words."""

    code: str
    words: str
    article: str


def rule_view(rule: Rule) -> RuleView:
    """A rule for a page."""
    english = selectors.is_english()
    return RuleView(
        id=rule.id,
        title=rule.title_en if english else rule.title_nl,
        effect=str(_EFFECTS[rule.effect]),
        status=str(_STATUSES[rule.status]),
        article=rule.article,
        inferred=rule.confidence == "inferred",
        explanation=rule.explanation_en if english else rule.explanation_nl,
        sources=rule.source,
        remark=" ".join(filter(None, (rule.confidence_note, rule.note))),
        when=tuple((_KEYS[key] % {"field": _field_of(key)}, _codes(key, codes)) for key, codes in rule.when_.items()),
        lifts=rule.lifts,
        conditions=conditions(rule.conditions),
    )


_KEYS: Final[Mapping[str, Promise | str]] = {
    "data_any": gettext_lazy("%(field)s, ten minste één van"),
    "data_only": gettext_lazy("%(field)s, niets anders dan"),
    "data_none": gettext_lazy("%(field)s, geen van"),
    "flags_all": gettext_lazy("%(field)s, alle"),
    "flags_none": gettext_lazy("%(field)s, geen van"),
    **dict.fromkeys(("from", "to", "subject", "offence", "purpose", "technique"), "%(field)s"),
}


def _field_of(key: str) -> str:
    return selectors.field_name(key.partition("_")[0])


def _codes(key: str, codes: list[str]) -> str:
    field = key.partition("_")[0]
    return "; ".join(selectors.word(field, one) for one in selectors.rules_in_force().words.expand(codes))


def day(last: int | None) -> str:
    """The last day before a second at which something ends; empty when nothing ends it."""
    return "" if last is None else moments.day(last - 1)


def conditions(codes: tuple[str, ...]) -> tuple[ConditionView, ...]:
    """Conditions by code in words, in the same order."""
    known = selectors.rules_in_force().conditions
    return tuple(ConditionView(code, selectors.in_language(known[code]), known[code].article) for code in codes)


@dataclass(frozen=True, slots=True)
class AlternativeView:
    """What to change, and what the answer is then."""

    changes: tuple[str, ...]
    sign: Sign
    conditions: tuple[ConditionView, ...]
    query: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer for a page: sign, reasons, other rules that speak, conditions, what lifts, what may come, what is near."""

    sign: Sign
    opens: bool
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[RuleView, ...]
    others: tuple[RuleView, ...]
    conditions: tuple[ConditionView, ...]
    lifters: tuple[tuple[str, tuple[RuleView, ...]], ...]
    scenarios: tuple[tuple[str, Sign], ...]
    nearest: tuple[AlternativeView, ...]
    version: str
    disclaimer: str


def answer_view(weighed: Weighed) -> AnswerView:
    """A weighed exchange for a page."""
    answer, rules = weighed.answer, selectors.rules_in_force()
    deciding = {rule.id for rule in answer.deciding}
    return AnswerView(
        sign=SIGNS[answer.outcome],
        opens=answer.opens,
        facts=selectors.fact_rows(answer.facts.as_data()),
        reasons=tuple(map(rule_view, answer.deciding)),
        others=tuple(rule_view(one.rule) for one in answer.findings if one.rule.id not in deciding),
        conditions=conditions(tuple(answer.conditions)),
        lifters=tuple((name, tuple(map(rule_view, found))) for name, found in weighed.lifters.items() if found),
        scenarios=tuple((selectors.scenario_name(name), SIGNS[outcome]) for name, outcome in weighed.scenarios.items()),
        nearest=tuple(_alternative(one, answer) for one in weighed.nearest),
        version=answer.version,
        disclaimer=rules.meta.disclaimer_en if selectors.is_english() else rules.meta.disclaimer_nl,
    )


def _alternative(one: Alternative, asked: Answer) -> AlternativeView:
    return AlternativeView(
        changes=tuple(map(selectors.change_in_words, one.changes)),
        sign=SIGNS[one.answer.outcome],
        conditions=conditions(tuple(one.answer.conditions)),
        query={**one.answer.facts.as_data(), "what_if": sorted(asked.world.what_if)},
    )
