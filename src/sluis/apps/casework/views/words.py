"""Words of the pages of casework: codes as people read them, fields, and why something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sluis.apps.casework.models import Kind
from sluis.core import errors
from sluis.core.errors import Fault

FIELDS: Final[Mapping[str, str | Promise]] = {
    "soort": _("Soort"),
    "titel": _("Titel"),
    "tekst": _("Tekst"),
    "effect": _("Effect"),
    "feasibility": _("Haalbaarheid"),
    "urgency": _("Urgentie"),
}
FAULTS: Final[Mapping[str, str | Promise]] = {
    "lengte": _("vul dit in, niet langer dan het veld toelaat."),
    "kenmerk-in-tekst": _("er staat een rekening of mobiel nummer in. Haal het weg: kenmerken horen op uw koppelpunt."),
    "onbekende-soort": _("kies een van de mogelijkheden."),
    "buiten-bereik": _("geef een cijfer van 1 tot en met 5."),
}
REFUSALS: Final[Mapping[str, str | Promise]] = {
    "geen-recht": _("Uw rol mag dit niet. Vraag een collega met een andere rol."),
    "geen-reden": _("Geef een reden van hoogstens 2.000 tekens."),
    "kenmerk-in-tekst": _("Er staat een rekening of mobiel nummer in. Haal het weg: kenmerken horen op uw koppelpunt."),
    "niet-meer-open": _("Dit knelpunt is al gekozen of afgevoerd."),
}
STATES: Final[Mapping[str, str | Promise]] = {
    "open": _("open"),
    "gekozen": _("gekozen"),
    "afgevoerd": _("afgevoerd"),
}
_LISTS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "states": STATES,
    "soorten": {one.value: one.label for one in Kind},
}


def named(list_name: str, code: str) -> str:
    """The word for a code; the code itself when the list has none."""
    return str(_LISTS[list_name].get(code, code))


def told(error: errors.SluisError) -> str:
    """Why something was refused and what to do, in one line."""
    return " ".join(lines(error))


def lines(error: errors.SluisError) -> list[str]:
    """The same, a line for each fault."""
    if error.faults:
        return [_line(one) for one in error.faults]
    return [str(REFUSALS.get(error.reason, _("Dit lukt niet. Bekijk de pagina opnieuw.")))]


def _line(fault: Fault) -> str:
    where = FIELDS.get(fault.where, fault.where)
    return _now("%(where)s: %(what)s") % {"where": where, "what": FAULTS.get(fault.code, fault.code)}
