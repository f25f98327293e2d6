"""What hits led to, in words: measures, the time they took, disputes, late receipts. Counts of a circle, nobody's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sluis.apps.exchange.selectors import Effects
from sluis.apps.exchange.views import words

_DISPUTES: Final = {
    "open": gettext_lazy("betwistingen open, kenmerk nu uit beeld"),
    "gegrond": gettext_lazy("betwistingen gegrond, kenmerk blijft weg"),
    "ongegrond": gettext_lazy("betwistingen ongegrond, kenmerk weer te zien"),
}
_LATE: Final = gettext_lazy("koppelpunten die een verwijdering langer dan een dag niet bevestigden")


def rows(found: Effects) -> tuple[tuple[str, int], ...]:
    """(what, how often), in the order of the page; what never happened is left out."""
    every = (
        *_named(words.MEASURES, found.measures),
        *_named(words.WITHIN, found.within),
        *_named(_DISPUTES, found.disputes),
        (str(_LATE), found.overdue),
    )
    return tuple((what, amount) for what, amount in every if amount)


def _named(known: Mapping[str, str | Promise], counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return ((str(word), counts.get(code, 0)) for code, word in known.items())
