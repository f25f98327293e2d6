"""What hits led to, in words: measures, the time they took, disputes, late receipts. Counts of a circle, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sluis.apps.exchange.selectors import Effects

_MEASURES: Final = {
    "betaling-aangehouden": gettext_lazy("betaling aangehouden"),
    "betaling-geweigerd": gettext_lazy("betaling geweigerd"),
    "levering-gestopt": gettext_lazy("levering gestopt"),
    "account-geblokkeerd": gettext_lazy("account geblokkeerd"),
    "klant-gewaarschuwd": gettext_lazy("klant gewaarschuwd"),
    "geen-maatregel": gettext_lazy("onderzocht, geen maatregel"),
    "bleek-onterecht": gettext_lazy("treffer bleek onterecht"),
}
_WITHIN: Final = {
    "15m": gettext_lazy("binnen een kwartier"),
    "1u": gettext_lazy("binnen een uur"),
    "1d": gettext_lazy("binnen een dag"),
    "later": gettext_lazy("later dan een dag"),
}
_DISPUTES: Final = {
    "open": gettext_lazy("betwistingen open, kenmerk nu uit beeld"),
    "gegrond": gettext_lazy("betwistingen gegrond, kenmerk blijft weg"),
    "ongegrond": gettext_lazy("betwistingen ongegrond, kenmerk weer te zien"),
}
_LATE: Final = gettext_lazy("koppelpunten die een verwijdering langer dan een dag niet bevestigden")


def rows(found: Effects) -> tuple[tuple[str, int], ...]:
    """(what, how often), in the order of the page; what never happened is left out."""
    every = (
        *_named(_MEASURES, found.measures),
        *_named(_WITHIN, found.within),
        *_named(_DISPUTES, found.disputes),
        (str(_LATE), found.overdue),
    )
    return tuple((what, amount) for what, amount in every if amount)


def _named(words: Mapping[str, str | Promise], counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return ((str(word), counts.get(code, 0)) for code, word in words.items())
