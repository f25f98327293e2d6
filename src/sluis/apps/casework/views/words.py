"""Words of the pages of casework: codes as people read them, fields, and why something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sluis.apps.casework.models import Kind, Route
from sluis.core import errors
from sluis.core.errors import Fault

FIELDS: Final[Mapping[str, str | Promise]] = {
    "soort": _("Soort"),
    "titel": _("Titel"),
    "tekst": _("Tekst"),
    "effect": _("Effect"),
    "feasibility": _("Haalbaarheid"),
    "urgency": _("Urgentie"),
    "vindplaats": _("Vindplaats"),
    "samenvatting": _("Samenvatting"),
    "adres": _("Adres van de uitkomst"),
    "bewijs": _("Bewijs"),
    "naam": _("Naam"),
    "kantoor": _("Kantoor"),
    "dagen": _("Aantal dagen"),
    "advies": _("Advies"),
    "kosten": _("Kosten"),
    "beslisser": _("Wie beslist"),
    "route": _("Juridische weg"),
    "artikel": _("Artikel"),
    "wijziging": _("Wat moet er veranderen"),
    "dag": _("Dag"),
    "aanwezig": _("Aanwezig"),
    "anderen": _("Anderen"),
    "afgesproken": _("Afgesproken"),
    "besluitdoor": _("Wie besliste"),
    "reden": _("Reden"),
    "vraag": _("Vraag"),
    "antwoord": _("Antwoord"),
    "opmerkingen": _("Opmerkingen"),
    "zetel": _("Zetel"),
}
FAULTS: Final[Mapping[str, str | Promise]] = {
    "lengte": _("vul dit in, niet langer dan het veld toelaat."),
    "kenmerk-in-tekst": _("er staat een rekening of mobiel nummer in. Haal het weg: kenmerken horen op uw koppelpunt."),
    "onbekende-soort": _("kies een van de mogelijkheden."),
    "buiten-bereik": _("geef een cijfer van 1 tot en met 5."),
    "onjuiste-dag": _("vul een dag in die niet in de toekomst ligt."),
    "niemand": _("noem ten minste één organisatie."),
    "geen-lezer": _("noem iemand die voor één partner leest, met de naam om mee in te loggen."),
    "buiten-termijn": _("kies 1 tot en met 90 dagen."),
    "onjuiste-naam": _("een naam heeft 3 tot 60 letters, cijfers, punten of streepjes."),
    "geen-antwoord": _("plak het hele adres van een uitkomst in het privacykader."),
    "document": _("breng eerst een document in."),
    "beoordeling": _("breng eerst een uitkomst van het privacykader in."),
    "advies": _("eerst is een advies van een externe adviseur nodig."),
    "besluit": _("leg eerst vast wat bestuurders besloten."),
    "document-of-proeftuin": _("breng eerst een document of een proeftuin in."),
}
REFUSALS: Final[Mapping[str, str | Promise]] = {
    "geen-recht": _("Uw rol mag dit niet. Vraag een collega met een andere rol."),
    "geen-reden": _("Geef een reden van hoogstens 2.000 tekens."),
    "kenmerk-in-tekst": _("Er staat een rekening of mobiel nummer in. Haal het weg: kenmerken horen op uw koppelpunt."),
    "niet-meer-open": _("Dit knelpunt is al gekozen of afgevoerd."),
    "casus-gesloten": _("Deze casus is afgesloten."),
    "al-eigenaar": _("U bent al eigenaar van deze fase."),
    "niet-de-eigenaar": _("Alleen de eigenaar van de fase vraagt dit. Neem de fase eerst over."),
    "al-gevraagd": _("Dit is al gevraagd en wacht op een ander lid."),
    "niet-gevraagd": _("Dit is al beantwoord of opnieuw gevraagd. Bekijk de pagina opnieuw."),
    "eigen-fase": _("Iemand van een ander lid beslist hierover."),
    "eigenaar-weg": _("De organisatie van de eigenaar ging uit de groep. Neem de fase eerst over."),
    "andere-fase": _("Dit hoort bij fase 4, de oplossingsrichtingen."),
    "tekst-gewijzigd": _("De tekst is ondertussen gewijzigd. Lees opnieuw en probeer het dan weer."),
    "niet-in-toetsen": _("Dit hoort bij fase 5, toetsen."),
    "nog-geen-besluit": _("Over deze proeftuin is nog niets besloten."),
    "niet-uw-zetel": _("Dit is voor een andere zetel in de expertgroep."),
    "eigen-vraag": _("Dit is een vraag van uw eigen organisatie. Een ander lid van de expertgroep doet dit."),
    "eigen-concept": _("Wie schrijft, toetst en tekent, zijn drie verschillende mensen."),
    "andere-stand": _("Deze vraag is intussen bij een andere stap. Bekijk de pagina opnieuw."),
    "ander-concept": _("Er is een nieuwer concept. Lees dat eerst."),
    "niet-getoetst": _("Eerst is een andere deskundige het eens, en niemand tegen."),
    "niet-gecontroleerd": _("De voorzitter controleert de tekst eerst."),
    "al-gepubliceerd": _("Dit antwoord is al te lezen en blijft zoals het is."),
    "onbekende-keuze": _("Kies een van de mogelijkheden."),
    "voorstel-bestaat": _("Dit voorstel is er al en wacht op een tweede persoon."),
    "voorstel-besloten": _("Hierover is al beslist, of de termijn is voorbij."),
    "eigen-voorstel": _("U hebt dit zelf voorgesteld. Een tweede persoon moet beslissen."),
    "reden-ontbreekt": _("Schrijf een reden, van ten hoogste 500 tekens."),
    "geen-lezer-meer": _("Deze persoon leest niet meer voor die partner."),
    "eigen-voordracht": _("Uw organisatie droeg deze gast voor. Een ander lid bevestigt."),
    "gast-besloten": _("Hierover is al besloten, of de termijn is voorbij."),
    "geen-advies-gevraagd": _("Advies kan alleen als de casus in fase 3 is, het juridisch kader."),
    "zwak-wachtwoord": _("Een wachtwoord heeft 12 tekens of meer en staat niet in lijsten van bekende wachtwoorden."),
    "naam-bezet": _("Deze naam heeft al een account. Vul het wachtwoord van dat account in."),
    "geen-weg-terug": _("Een casus gaat alleen terug naar een eerdere fase."),
}
STATES: Final[Mapping[str, str | Promise]] = {
    "open": _("open"),
    "gekozen": _("gekozen"),
    "afgevoerd": _("afgevoerd"),
}
STAGES: Final[Mapping[str, str | Promise]] = {
    "analyse": _("Knelpunt analyseren"),
    "effectiviteit": _("Effectiviteit onderzoeken"),
    "juridisch": _("Juridisch kader bepalen"),
    "oplossing": _("Oplossingsrichtingen"),
    "toetsen": _("Toetsen"),
    "invoeren": _("Invoeren of wet wijzigen"),
}
EVIDENCE: Final[Mapping[str, str | Promise]] = {
    "document": _("document"),
    "beoordeling": _("uitkomst van het privacykader"),
    "advies": _("extern advies"),
    "besluit": _("besluit van bestuurders"),
    "proeftuin": _("proeftuin"),
}
SAYS: Final[Mapping[str, str | Promise]] = {
    "eigenaar": _("nam de fase op zich"),
    "gevraagd": _("vroeg om door te gaan"),
    "goedgekeurd": _("keurde goed"),
    "geweigerd": _("weigerde"),
    "terug": _("zette de casus terug"),
}
CASE_STATES: Final[Mapping[str, str | Promise]] = {
    "loopt": _("loopt"),
    "ingevoerd": _("afgesloten: ingevoerd"),
    "wetsvoorstel": _("afgesloten: voorstel tot wetswijziging"),
}
OUTCOMES: Final[Mapping[str, str | Promise]] = {
    "mogelijk": _("mogelijk"),
    "mogelijk_onder_voorwaarden": _("mogelijk onder voorwaarden"),
    "niet_mogelijk": _("niet mogelijk"),
    "nader_onderzoek": _("nader onderzoek"),
}
# As the room of the pilots says it.
PILOTS: Final[Mapping[str, str | Promise]] = {
    "voorgesteld": _("wacht op een tweede lid"),
    "niet-doorgegaan": _("niet doorgegaan"),
    "gepland": _("begint nog"),
    "loopt": _("loopt"),
    "afgelopen": _("afgelopen, nog geen besluit"),
    "gestopt": _("afgelopen, besloten te stoppen"),
    "naar-praktijk": _("afgelopen, besloten door te gaan in de praktijk"),
    "verlengd": _("verlengd"),
    "stoppen": _("stoppen"),
    "praktijk": _("naar de praktijk"),
}
QUESTIONS: Final[Mapping[str, str | Promise]] = {
    "gesteld": _("wacht op verdeling"),
    "behandeling": _("in behandeling"),
    "geweigerd": _("niet in behandeling genomen"),
    "casuistiek": _("verwezen naar de casuïstiek"),
    "getekend": _("beantwoord"),
}
SEATS: Final[Mapping[str, str | Promise]] = {
    "deskundige": _("deskundige"),
    "voorzitter": _("onafhankelijk voorzitter"),
}
GUESTS: Final[Mapping[str, str | Promise]] = {
    "voorgedragen": _("wacht op een ander lid"),
    "uitgenodigd": _("uitgenodigd"),
    "toegang": _("heeft toegang"),
    "voorbij": _("termijn voorbij"),
    "beëindigd": _("beëindigd"),
}
_LISTS: Final[Mapping[str, Mapping[str, str | Promise]]] = {
    "states": STATES,
    "stages": STAGES,
    "evidence": EVIDENCE,
    "says": SAYS,
    "case-states": CASE_STATES,
    "outcomes": OUTCOMES,
    "guests": GUESTS,
    "questions": QUESTIONS,
    "seats": SEATS,
    "pilots": PILOTS,
    "soorten": {one.value: one.label for one in Kind},
    "routes": {one.value: one.label for one in Route},
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
