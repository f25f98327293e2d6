"""How facts of the exchange are written on a page: days, times, bands, forms, codes, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from sluis.client.deskbook import Refusal
from sluis.client.gateway.pages import dutch
from sluis.core.exchange import messages, words
from sluis.core.law import decision
from sluis.core.law.decision import Ground
from sluis.core.taxonomy import forms

DAY: Final = 86_400
_MONTHS: Final = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
_ENGLISH_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Say(Protocol):
    """Translates a Dutch text."""

    def __call__(self, text: str, **facts: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """The words of one reader."""

    language: str
    say: Say

    def word(self, table: str, code: object) -> str:
        """A code of one of the tables of `dutch` in words; an unknown one as it is."""
        words_: Mapping[str, str] = dutch.TABLES[table]
        return self.say(words_[str(code)]) if str(code) in words_ else str(code)

    def options(self, table: str, codes: Iterable[str] | None = None) -> list[tuple[str, str]]:
        """Codes of a table, all or these, each with its words: for a choice."""
        return [(code, self.word(table, code)) for code in (dutch.TABLES[table] if codes is None else codes)]

    def day(self, number: int) -> str:
        """A day since 1970."""
        moment = datetime.fromtimestamp(number * DAY, UTC)
        months = _ENGLISH_MONTHS if self.language == "en" else _MONTHS
        return f"{moment.day} {months[moment.month - 1]} {moment.year}"

    def moment(self, seconds: int) -> str:
        """A moment (seconds since 1970) as people here read it."""
        local = datetime.fromtimestamp(seconds, ZoneInfo("Europe/Amsterdam"))
        months = _ENGLISH_MONTHS if self.language == "en" else _MONTHS
        return f"{local.day} {months[local.month - 1]} {local.year}, {local:%H.%M}"

    def form(self, code: str) -> str:
        """A fraud form by its code."""
        found = forms.by_code().get(code)
        return code if found is None else found.label_en if self.language == "en" else found.label_nl

    def forms(self) -> list[tuple[str, str]]:
        """Every fraud form: code and words, indented by its place in the tree."""
        return [
            (one.code, "\N{NO-BREAK SPACE}" * 3 * one.code.count(".") + self.form(one.code)) for one in forms.by_code().values()
        ]

    def number(self, amount: int) -> str:
        """A number with its thousands apart."""
        return f"{amount:,}" if self.language == "en" else f"{amount:,}".replace(",", ".")

    def iban(self, text: str) -> str:
        """An identifier in groups of four when it is an IBAN."""
        is_iban = len(text) > 14 and text[:2].isalpha() and text[2:4].isdigit() and text.isalnum() and text.isupper()
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4)) if is_iban else text

    def customer(self, advice: str) -> tuple[str, str]:
        """What may be told to the customer, in Dutch and in English."""
        found = messages.customer_text(words.advice_named(advice))
        return found.nl, found.en

    def ground(self, ground: Ground) -> tuple[str, str]:
        """Why the gate is shut, and what is possible instead."""
        return (ground.reason_en, ground.instead_en) if self.language == "en" else (ground.reason_nl, ground.instead_nl)

    def refusal(self, refusal: Refusal) -> tuple[str, str]:
        """As `ground`, of a refusal that was kept."""
        known = decision.GROUNDS.get(refusal.ground)
        if self.language == "en":
            return refusal.reason_en, known.instead_en if known else refusal.instead
        return refusal.reason_nl, refusal.instead
