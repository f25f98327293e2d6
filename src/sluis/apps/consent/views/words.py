"""Words of the pages of closed groups: codes as people read them, and why something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apps.consent import services
from sluis.apps.consent.models import Marking, Scope
from sluis.apps.consent.services import messages
from sluis.core import errors

STATES: Final = {
    "open": _("wacht op instemming"),
    "vrijgegeven": _("vrijgegeven"),
    "geweigerd": _("geweigerd, blijft binnen"),
    "verlopen": _("termijn voorbij, blijft binnen"),
    "ingetrokken": _("ingetrokken, blijft binnen"),
}
ANSWERS: Final = {"ja": _("stemt in"), "nee": _("weigert"), "": _("nog geen antwoord")}
RULES: Final = {
    "alle": _("alle inbrengers stemmen in"),
    "twee_derde": _("twee derde van de inbrengers stemt in"),
    "meerderheid": _("meer dan de helft van de inbrengers stemt in"),
}
OUTCOMES: Final = {"overgenomen": _("overgenomen"), "deels": _("deels overgenomen"), "niet": _("niet overgenomen")}
SECTORS: Final = {
    "bank": _("bank"),
    "psp": _("betaaldienst"),
    "webshop": _("webwinkel"),
    "parcel_carrier": _("vervoerder"),
    "telecom": _("telecom"),
    "rights_desk": _("rechtenloket"),
    "dispute_body": _("geschillencommissie"),
}
REFUSALS: Final[Mapping[str, str | Promise]] = {
    "geen-recht": _("Uw rol mag dit niet. Vraag een collega met een andere rol."),
    "onbekend-stuk": _("Er is geen stuk met dit nummer."),
    "geen-inbrenger": _("Alleen inbrengers stemmen in of weigeren."),
    "eigen-voorstel": _("U stelde dit zelf voor. Een collega stemt in: er zijn altijd twee mensen nodig."),
    "tekst-gewijzigd": _("De tekst of het publiek is gewijzigd nadat u las. Lees opnieuw en antwoord dan."),
    "termijn-voorbij": _("De termijn is voorbij. Zwijgen is nee: het stuk blijft binnen."),
    "niet-meer-open": _("Deze vrijgave is al afgerond."),
    "geen-instemming": _("Er is geen instemming om terug te nemen."),
    "vrijgave-loopt": _("Er loopt al een vrijgave van dit stuk."),
    "ongewoon-publiek": _("Zo breed ging deze groep nog nooit. Vink aan dat u dit zeker weet, of kies een smaller publiek."),
    "publiek-onjuist": _("Kies wie dit krijgt: minstens één organisatie, of een sector die meedoet."),
    "markering-past-niet": _("Met deze markering mag het stuk niet naar dit publiek. Kies een andere markering."),
    "termijn-onjuist": _("Kies een termijn van 1 tot en met 60 dagen."),
    "stuk-onjuist": _("Geef een titel van hoogstens 200 tekens, een tekst van hoogstens 50.000 tekens, en een markering."),
    "kenmerk-in-tekst": _("Er staat een rekening of mobiel nummer in. Haal het weg: kenmerken horen op uw koppelpunt."),
    "geen-reden": _("Geef een reden van hoogstens 2.000 tekens."),
    "groep-onjuist": _("Geef de groep een naam van hoogstens 120 tekens."),
    "geen-lid": _("Kies een of meer leden van de groep."),
    "al-lid": _("Deze organisatie is al lid of al uitgenodigd."),
    "ligt-al-voor": _("Dit ligt al voor aan de leden."),
    "zo-is-het-al": _("Deze regel geldt al."),
    "onbekende-regel": _("Kies een van de regels."),
    "onbekende-organisatie": _("Kies een organisatie uit de lijst."),
    "al-besloten": _("Hierover is al besloten, of de termijn is voorbij."),
    "al-gezegd": _("Uw organisatie heeft hierover al gestemd."),
    "bestaat-al": _("Dit stuk zit al in een groep."),
    "leesronde-loopt": _("Er loopt al een leesronde over dit stuk."),
    "leesronde-gesloten": _("Deze leesronde is gesloten."),
    "opmerkingen-open": _("Zeg eerst bij elke opmerking wat ermee is gedaan."),
    "onbekende-alinea": _("Deze alinea is er niet."),
    "onbekende-uitkomst": _("Kies wat met de opmerking is gedaan."),
    "niet-gevraagd": _("Uw organisatie is in deze leesronde niet gevraagd."),
    "niet-de-opener": _("Alleen de organisatie die de leesronde opende, doet dit."),
    "nog-dicht": _("Een tweede systeembeheerder moet dit eerst openen."),
    "uur-voorbij": _("Het uur is voorbij. Vraag opnieuw, met een reden."),
    "eigen-verzoek": _("Een andere systeembeheerder opent uw verzoek."),
    "niet-uw-verzoek": _("Alleen de twee systeembeheerders van dit verzoek lezen dit."),
}
_LISTS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "states": STATES,
    "answers": ANSWERS,
    "rules": RULES,
    "outcomes": OUTCOMES,
    "sectors": SECTORS,
    "markings": {one.value: one.label for one in Marking},
    "scopes": {one.value: one.label for one in Scope},
}


def named(list_name: str, code: str) -> str:
    """The word for a code; the code itself when the list has none."""
    if list_name == "kinds":
        return services.name_of(code)
    if list_name == "messages":
        return messages.name_of(code)
    return str(_LISTS[list_name].get(code, code))


def told(error: errors.SluisError) -> str:
    """Why something was refused and what to do: of its first fault where that has words of its own, else of the error."""
    return refusal(next((one.code for one in error.faults if one.code in REFUSALS), error.reason))


def refusal(code: str) -> str:
    """The same by its code."""
    return str(REFUSALS.get(code, _("Dit lukt niet. Bekijk de pagina opnieuw.")))
