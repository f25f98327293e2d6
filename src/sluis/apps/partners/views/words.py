"""What refusals of the services mean for who reads a page, and moments as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.core import errors
from sluis.plumbing import moments

# What a refusal of a service means for the person at the page, and what to do next.
FAULTS: Final[Mapping[str, Promise]] = {
    "geen-recht": _("Uw rol mag dit niet. Vraag een beheerder van uw organisatie."),
    "eigen-voorstel": _("U hebt dit zelf voorgesteld. Een tweede persoon moet beslissen."),
    "voorstel-besloten": _("Hierover is al beslist, of de termijn is voorbij."),
    "voorstel-bestaat": _("Dit voorstel is er al en wacht op een tweede persoon."),
    "reden-ontbreekt": _("Schrijf een reden, van ten hoogste 500 tekens."),
    "onbekende-rol": _("Kies een rol uit de lijst."),
    "onjuiste-naam": _("Een naam heeft 3 tot 60 letters, cijfers, punten of streepjes."),
    "onjuist-adres": _("Vul een e-mailadres in, zoals anna@voorbeeld.nl."),
    "onbekend-lidmaatschap": _("Deze persoon heeft deze rol niet (meer) bij uw organisatie."),
    "rol-geëindigd": _("Deze persoon is intussen vertrokken. Nodig de persoon opnieuw uit."),
    "laatste-beheerder": _("Dit is de laatste beheerder. Geef eerst een ander die rol."),
    "zwak-wachtwoord": _("Een wachtwoord heeft 12 tekens of meer en staat niet in lijsten van bekende wachtwoorden."),
    "naam-bezet": _("Deze naam heeft al een account. Vul het wachtwoord van dat account in."),
    "kies-deelname": _("Kies waaraan u wilt meedoen."),
    "naam-organisatie": _("Vul de naam van uw organisatie in."),
    "kies-sector": _("Kies een sector uit de lijst."),
    "naam-contact": _("Vul de naam van een contactpersoon in."),
    "onjuist-kvk": _("Een KVK-nummer heeft 8 cijfers. Laat het leeg als u er geen hebt."),
    "antwoord-te-kort": _("Beantwoord elke vraag in 30 tot 2000 tekens."),
    "te-veel-aanmeldingen": _("Er kwamen dit uur te veel aanmeldingen binnen. Probeer het over een uur opnieuw."),
    "andere-stap": _("Deze aanmelding is intussen bij een andere stap. Kijk hieronder wat er nu nodig is."),
    "niet-aan-de-beurt": _("De afspraken worden op volgorde getekend. Teken eerst de afspraak die nu aan de beurt is."),
    "naam-ontbreekt": _("Vul de naam en de functie in van wie tekent."),
    "onjuiste-sleutel": _("Een openbare sleutel is 64 hexadecimale tekens, een handtekening 128."),
    "bewijs-klopt-niet": _("Deze handtekening is niet van deze sleutel over deze tekst. Teken precies de tekst hieronder."),
    "sleutel-bekend": _("Deze sleutel is al in gebruik. Maak een nieuwe."),
    "kring-ontbreekt": _("Schrijf in 3 tot 300 tekens welke uitwisselkring u zoekt."),
    "toets-niet-gehaald": _("Wie de toets niet haalde, wordt niet toegelaten."),
    "regel-ontbreekt": _("Schrijf elke regel op in 10 tot 500 tekens."),
    "onjuiste-termijn": _("Kies een termijn van 1 tot 730 dagen."),
    "onbekende-stap": _("Kies een stap uit de lijst."),
    "eigen-zaak": _("Dit gaat over uw eigen organisatie. Andere leden beslissen."),
    "kies-onderwerp": _("Kies een onderwerp uit de lijst."),
    "onjuist-nummer": _("Een telefoonnummer heeft cijfers, spaties en een plus."),
    "zelfde-organisatie": _("Iemand van een ander lid van de kring moet beslissen."),
    "account-bestaat": _("Het eerste account is al gemaakt. Die beheerder nodigt anderen uit."),
}


def words(error: errors.SluisError) -> list[str]:
    """The faults of an error for a page, all of them."""
    codes = [one.code for one in error.faults] or [error.reason]
    return [str(FAULTS.get(code, _("Dit lukt nu niet. Probeer het later opnieuw."))) for code in codes]


def moment(seconds: int) -> str:
    """A day and time as people read it; nothing for 0."""
    return moments.moment(seconds) if seconds else ""
