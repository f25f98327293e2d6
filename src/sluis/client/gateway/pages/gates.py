"""Which gate let something through or stopped it: the sign of the lock with its words, for a dossier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sluis.client.deskbook import Disclosure, Dossier


@dataclass(frozen=True, slots=True)
class Sign:
    """The drawing (`st-1`, `st-2`, `st-x1`, `st-x2`), what it says to who does not see it, and the state in words."""

    drawing: str
    alt: str
    title: str
    text: str = ""


_ASKED: Final = Sign(
    "st-1",
    "poort 1 gepasseerd, poort 2 dicht",
    "Poort 1 door, poort 2 dicht",
    "U mocht dit bevragen. De context van het signaal is nog niet gevraagd.",
)
_WATCHED: Final = Sign(
    "st-1",
    "poort 1 gepasseerd, poort 2 dicht",
    "Poort 1 door, poort 2 dicht",
    "U bewaakt dit kenmerk en iemand anders deelde er een signaal op. De context is nog niet gevraagd.",
)
_WAITING: Final = Sign(
    "st-1", "poort 1 gepasseerd, poort 2 wacht", "Poort 2 wacht op de aanbieder", "Zwijgt die 24 uur, dan is dat nee."
)
_OPEN: Final = Sign(
    "st-2", "beide poorten na elkaar gepasseerd", "Beide poorten door", "De context is verstrekt, tegen een kwitantie."
)
_SHUT: Final = Sign("st-x2", "poort 2 bleef dicht", "Poort 2 bleef dicht")
_NOTHING: Final = Sign("st-x2", "poort 2 bleef dicht", "Er was niets te verstrekken", "Geen van de signalen ging open.")
_CORRECTED: Final = Sign(
    "st-x1", "poort 1 weer dicht", "Gecorrigeerd", "Wat eerder een treffer was, is dat niet meer. Herstel wat u deed."
)


def sign(kind: str, dossier: Dossier) -> Sign:
    """The sign for a dossier as it is."""
    if kind == "gecorrigeerd":
        return _CORRECTED
    if dossier.disclosure is None:
        return _ASKED if kind == "bevraging" else _WATCHED
    return _of(dossier.disclosure)


def _of(found: Disclosure) -> Sign:
    if found.contexts:
        return _OPEN
    if found.waiting:
        return _WAITING
    return _SHUT if found.shut or found.refused else _NOTHING
