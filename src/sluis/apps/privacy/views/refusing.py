"""What two pages have in common that take a proposal of one member and the word of another: why something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.core import errors
from sluis.core.errors import Fault

REFUSED: Final = (errors.NotAllowed, errors.Malformed, errors.Conflict)
_ELSE: Final = _("Dit lukt nu niet. Probeer het later opnieuw.")
_COMMON: Final[Mapping[str, Promise]] = {
    "reden-ontbreekt": _("Schrijf een reden, van ten hoogste 500 tekens."),
    "voorstel-bestaat": _("Dit voorstel is er al en wacht op een ander lid."),
    "voorstel-besloten": _("Hierover is al beslist, of de termijn is voorbij."),
    "eigen-voorstel": _("U hebt dit zelf voorgesteld. Een ander lid moet beslissen."),
    "zelfde-organisatie": _("Iemand van een ander lid van de kring moet beslissen."),
    "kenmerk-in-tekst": _("Er staat een rekening of mobiel nummer in. Haal het weg."),
    "geen-recht": _("Alleen een privacyjurist van een lid mag dit."),
}


def words(error: errors.SluisError | None, own: Mapping[str, Promise]) -> list[str]:
    """Why, all of it, each once. `own` has the page's own words: by the code of a fault, or by the field it is at."""
    if error is None:
        return []
    whole = {**_COMMON, **own}.get(error.reason, _ELSE)
    told = [of_fault(one, own) or str(whole) for one in error.faults] or [str(whole)]
    return list(dict.fromkeys(told))


def of_fault(fault: Fault, own: Mapping[str, Promise]) -> str:
    """The words of one fault, by its code or else by the field it is at; empty when the page has none."""
    known = {**_COMMON, **own}
    return str(known.get(fault.code) or known.get(fault.where.partition(".")[0]) or "")


def status(error: errors.SluisError | None, wrong: object = None) -> int:
    """The HTTP status of a page that shows this error; `wrong` when a form says so itself."""
    if error is None:
        return 422 if wrong else 200
    return 403 if isinstance(error, errors.NotAllowed) else 422
