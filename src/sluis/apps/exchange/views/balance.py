"""What one's own organisation gave, got and what that led to, in words: of one circle, and of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sluis.apps.exchange import selectors
from sluis.apps.exchange.selectors import Balance, Gave, Got
from sluis.apps.exchange.views import people, words

_ANSWERS: Final = {
    "toegestaan": gettext_lazy("keer stond u verstrekken van uw context toe"),
    "geweigerd": gettext_lazy("keer weigerde u uw context"),
    "geen-antwoord": gettext_lazy("keer gaf u geen antwoord; dat is nee"),
    "gevraagd": gettext_lazy("keer wacht een ander op uw antwoord"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the words under it; `tone` is the class that says whether it helped or went wrong."""

    number: int
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the two sides: the figures that matter most, and the rest as facts."""

    figures: tuple[Figure, ...]
    facts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class BalanceView:
    """What a circle's page and the page of its own show. `is_empty`: nothing happened."""

    gave: Part
    got: Part
    is_empty: bool


@people.page
def show_balance(request: HttpRequest, name: str) -> HttpResponse:
    """Of one circle."""
    party, organisation = people.organisation_of(request)
    section = selectors.circle_named(name, party=party)
    found = selectors.balances(party, [section.circle])[section.circle]
    shown = {"section": "circles", "circle": section, "organisation": organisation, "balance": view(found)}
    return render(request, "exchange/show-balance.html", shown)


@people.page
def list_balances(request: HttpRequest) -> HttpResponse:
    """Of every circle, a row each: circles are never added up, for they have other members and rules."""
    party, organisation = people.organisation_of(request)
    circles = selectors.known_circles(party)
    found = selectors.balances(party, [one.circle for one in circles])
    rows = [(one, found[one.circle]) for one in circles]
    shown = {"section": "circles", "organisation": organisation, "rows": rows}
    return render(request, "exchange/list-balances.html", shown)


def view(found: Balance) -> BalanceView:
    """The counts of one circle in words."""
    return BalanceView(_gave(found.gave), _got(found.got), is_empty=found == Balance(Gave(), Got()))


def _gave(one: Gave) -> Part:
    return Part(
        figures=(
            Figure(one.shared, ngettext("signaal gedeeld", "signalen gedeeld", one.shared)),
            Figure(one.helped.total, ngettext("hielp een ander", "hielpen een ander", one.helped.total), "is-groen"),
            Figure(one.disputed, _("betwist, waarvan %(n)d gegrond") % {"n": one.upheld}, "is-sein"),
        ),
        facts=_shown(
            (_("signalen nu te vinden"), one.alive),
            (_("vervallen na hun termijn"), one.expired),
            (_("door u ingetrokken"), one.withdrawn),
            (_("betwistingen ongegrond"), one.rejected),
            *_named(words.MEASURES, one.helped.measures),
            *_named(words.WITHIN, one.helped.within),
            *_named(_ANSWERS, one.asked),
        ),
    )


def _got(one: Got) -> Part:
    return Part(
        figures=(
            Figure(one.asked, ngettext("kenmerk bevraagd", "kenmerken bevraagd", one.asked)),
            Figure(one.led.total, ngettext("maatregel teruggemeld", "maatregelen teruggemeld", one.led.total), "is-groen"),
            Figure(one.led.wrong, ngettext("treffer bleek onterecht", "treffers bleken onterecht", one.led.wrong), "is-sein"),
        ),
        facts=_shown(
            (_("verstrekkingen aan u"), one.disclosures),
            (_("contexten daarin"), one.contexts),
            (_("contexten die later zijn ingetrokken"), one.withdrawn),
            (_("contexten met een gegronde betwisting"), one.upheld),
            *_named(words.MEASURES, one.led.measures),
            *_named(words.WITHIN, one.led.within),
        ),
    )


def _shown(*facts: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple((word, number) for word, number in facts if number)


def _named(known: Mapping[str, str | Promise], counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(str(word), counts.get(code, 0)) for code, word in known.items()]
