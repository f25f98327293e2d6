"""The rules in force, and their words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from sluis.core.law import rules, vocabulary
from sluis.core.law.rules import RuleSet

_FIELDS: Final[Mapping[str, Promise | str]] = {
    "from": gettext_lazy("Van"),
    "to": gettext_lazy("Naar"),
    "data": gettext_lazy("Gegevens"),
    "offence": gettext_lazy("Hoe zwaar"),
    "subject": gettext_lazy("Over wie"),
    "purpose": gettext_lazy("Doel"),
    "technique": gettext_lazy("Op welke manier"),
    "flags": gettext_lazy("Bijzonder"),
}

_SCENARIOS: Final[Mapping[str, Promise | str]] = {
    "psr": gettext_lazy("de PSR: betaaldiensten delen wat twee klanten meldden (voorstel)"),
    "amlr": gettext_lazy("de AMLR: partnerschappen tegen witwassen (vanaf 10 juli 2027)"),
    "tw_amendment": gettext_lazy("de aangekondigde wijziging van de Telecommunicatiewet (inhoud onbekend)"),
}
# Why facts cannot be true together, by the fact that is told to be wrong (`core.law.facts`).
_CONTRADICTIONS: Final[Mapping[str, Promise | str]] = {
    "subject": gettext_lazy("Een beschuldiging gaat over iemand. Zeg over wie, of kies: geen beschuldiging."),
    "offence": gettext_lazy("Verzonnen gegevens beschuldigen niemand. Kies: geen beschuldiging."),
    "from": gettext_lazy("Noem de organisatie die geeft."),
    "technique": gettext_lazy("Aantallen bevatten geen persoonsgegevens. Kies cijfers zonder personen, of een andere manier."),
    "flags": gettext_lazy(
        "Deze bijzonderheid past niet bij deze partijen: een vordering komt van een overheid, PIFI is van banken, verzekeraars "
        "en kredietverstrekkers."
    ),
}


class _Bilingual(Protocol):
    @property
    def nl(self) -> str: ...
    @property
    def en(self) -> str: ...


def rules_in_force() -> RuleSet:
    """The version of the rules that this hub decides by: the newest it was shipped with."""
    return rules.packaged_version()


def in_language(found: _Bilingual) -> str:
    """The words in the reader's language, Dutch unless it is English."""
    return found.en if is_english() else found.nl


def is_english() -> bool:
    """Whether the reader chose English."""
    return (get_language() or "").startswith("en")


def field_name(field: str) -> str:
    """What a fact is called on a page."""
    return str(_FIELDS[field])


def scenario_name(code: str) -> str:
    """Law to come in words; the code itself for a scenario without."""
    return str(_SCENARIOS.get(code, code))


def contradiction(field: str) -> str:
    """Why this fact contradicts another, and what to do."""
    return str(_CONTRADICTIONS[field])


def word(field: str, code: str) -> str:
    """A word of the vocabulary in the reader's language; a code that it does not know as it is."""
    known = rules_in_force().words.words(field) if field in vocabulary.LISTS else {}
    return in_language(known[code]) if code in known else code


def fact_rows(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(fact, value) in words, in the order of the vocabulary; facts that it does not know come last, as they were entered."""
    known = [(field_name(name), _value(name, facts[name])) for name in vocabulary.LISTS if name in facts]
    other = [(name, _value(name, value)) for name, value in facts.items() if name not in vocabulary.LISTS]
    return (*known, *other)


def _value(field: str, value: object) -> str:
    codes = value if isinstance(value, list | tuple) else [value]
    return "; ".join(word(field, str(one)) for one in codes) or _("niets")
