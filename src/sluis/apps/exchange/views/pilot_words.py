"""Words of pilots: how they stand, what is measured of them with source and caveat, and why something was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apps.exchange.views import words
from sluis.core import errors
from sluis.core.exchange import pilots
from sluis.core.exchange.pilots import Bound, Counts

Words = Mapping[str, str | Promise]
STATES: Final[Words] = {
    "voorgesteld": _("wacht op een tweede lid"),
    "niet-doorgegaan": _("niet doorgegaan"),
    "gepland": _("begint nog"),
    "loopt": _("loopt"),
    "afgelopen": _("afgelopen, nog geen besluit"),
    "gestopt": _("afgelopen, besloten te stoppen"),
    "naar-praktijk": _("afgelopen, besloten door te gaan in de praktijk"),
}
DECISIONS: Final[Words] = {
    "verlengd": _("verlengd"),
    "stoppen": _("stoppen"),
    "praktijk": _("naar de praktijk"),
}
KINDS: Final[Words] = {
    "verzonnen": _("met verzonnen gegevens"),
    "echt": _("met echte gegevens"),
}
ENDINGS: Final[Words] = {
    "einddatum": _("de einddatum"),
    "besluit": _("een besluit van een lid"),
    "aandeel-onterecht": _("te veel treffers bleken onterecht"),
    "betwistingen": _("te veel betwistingen"),
    "geen-treffer": _("geen enkele treffer op de afgesproken dag"),
}
STEPS: Final[Words] = {
    "voorgesteld": _("voorgesteld"),
    "begonnen": _("bevestigd door een tweede lid"),
    "afgewezen": _("afgewezen"),
    "verlengen-voorgesteld": _("verlengen voorgesteld"),
    "verlengd": _("verlengd"),
    "verlengen-afgewezen": _("verlengen afgewezen"),
    "praktijk-voorgesteld": _("doorgaan in de praktijk voorgesteld"),
    "naar-praktijk": _("besloten door te gaan in de praktijk"),
    "praktijk-afgewezen": _("doorgaan in de praktijk afgewezen"),
    "eerder-gestopt": _("eerder gestopt"),
    "stoppen-besloten": _("besloten te stoppen"),
    "conclusie": _("conclusie geschreven"),
}
GOALS: Final[Words] = {
    "maatregelen": _("maatregelen na een treffer, minstens zo veel"),
    "aandeel-maatregel": _("van de teruggemelde treffers leidt minstens dit deel tot een maatregel (procent)"),
    "binnen-een-uur": _("van de maatregelen is minstens dit deel binnen een uur (procent)"),
}
FAULTS: Final[Words] = {
    "titel-lengte": _("Geef een titel van 5 tot 120 tekens."),
    "hypothese-lengte": _("Schrijf in 30 tot 2000 tekens wat er beter moet worden, en hoeveel."),
    "onbekende-soort": _("Kies of de gegevens verzonnen of echt zijn."),
    "einde-te-vroeg": _("Kies een einddag na vandaag en na de eerste dag, hoogstens een jaar verder."),
    "te-lang": _("Een proeftuin duurt hoogstens een jaar."),
    "doel-onjuist": _("Kies wat u meet, en een getal dat kan."),
    "geen-criterium": _("Noem minstens één grens waarbij de proeftuin vanzelf stopt."),
    "dubbel": _("Noem elke grens één keer."),
    "criterium-onjuist": _("Vul bij elke grens een getal in dat kan, en een dag binnen de termijn."),
    "kenmerk-in-tekst": _("Er staat een rekening of mobiel nummer in. Haal het weg."),
    "proeftuin-bestaat": _("Deze kring heeft al een proeftuin waarover nog niet is besloten."),
    "beoordeling-past-niet": _("De beoordeling van de kring gaat over andere gegevens dan deze proeftuin."),
    "langer-dan-beoordeling": _("De beoordeling van de kring eindigt eerder dan de proeftuin."),
    "geen-grondslag": _("De kring heeft nu geen beoordeling die dit toelaat. Lees eerst waarom poort 2 dicht is."),
    "andere-stand": _("De proeftuin is intussen in een andere stand. Kijk hieronder wat nu kan."),
    "conclusie-ontbreekt": _("Schrijf eerst wat de cijfers zeggen. Daarna kunt u besluiten."),
    "geen-reden": _("Schrijf een reden of conclusie, van hoogstens 2.000 tekens."),
    "reden-ontbreekt": _("Schrijf een reden, van ten hoogste 500 tekens."),
    "geen-recht": _("Dit doet een gegevensbeheerder of privacyjurist van een lid dat deelt of bevraagt."),
    "eigen-voorstel": _("U hebt dit zelf voorgesteld. Een tweede persoon moet beslissen."),
    "zelfde-organisatie": _("Iemand van een ander lid van de kring moet beslissen."),
    "voorstel-besloten": _("Hierover is al beslist, of de termijn is voorbij."),
    "voorstel-bestaat": _("Dit voorstel is er al en wacht op een tweede persoon."),
    "bestaat-al": _("Deze evaluatie zit al in een groep."),
    "geen-lid": _("In deze groep zitten niet alle leden die meededen. Kies een andere groep, of nodig hen uit."),
    "onbekende-groep": _("Kies een groep waar uw organisatie in zit."),
    "onbekende-kring": _("Kies een kring waar uw organisatie in zit."),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a pilot: its code, name, value (None while small), how it reads, and where it comes from, of whom, and what
    it does not say."""

    code: str
    name: str
    value: int | None
    shown: str
    source: str
    population: str
    caveat: str


_LOG: Final = _("logboek van het knooppunt")
_HOLDERS: Final = _("regels van de sleutelhouders")
_TOLD: Final = _("terugkoppeling van leden")
_DISPUTES: Final = _("betwistingen bij het knooppunt")
_CIRCLE: Final = _("alle leden van de kring samen")
_HITS: Final = _("treffers waarover een lid terugmeldde")
# Name, source, population, caveat of each count.
_ABOUT: Final[Mapping[str, tuple[str | Promise, str | Promise, str | Promise, str | Promise]]] = {
    "signals": (_("gedeelde signalen"), _LOG, _CIRCLE, _("Een nieuwe versie van een signaal telt mee.")),
    "questions": (_("bevraagde kenmerken"), _HOLDERS, _CIRCLE, _("Wie hetzelfde twee keer vraagt, telt twee keer.")),
    "contexts": (
        _("verstrekte contexten"),
        _LOG,
        _CIRCLE,
        _("Het knooppunt ziet een treffer niet. Dit zijn de treffers waarbij om context is gevraagd."),
    ),
    "feedback": (
        _("teruggemelde treffers"),
        _TOLD,
        _HITS,
        _("Een treffer op twee signalen telt twee keer."),
    ),
    "measures": (_("daarvan met een maatregel"), _TOLD, _HITS, _("Zoals het lid het zelf opgaf.")),
    "quick": (_("daarvan binnen een uur"), _TOLD, _HITS, _("Zoals het lid het zelf opgaf.")),
    "wrong": (
        _("treffers die onterecht bleken"),
        _TOLD,
        _HITS,
        _("Wie niets terugmeldt, telt niet mee."),
    ),
    "disputes": (
        _("betwistingen"),
        _DISPUTES,
        _CIRCLE,
        _("Geopend door een loket, na controle van de persoon."),
    ),
    "upheld": (
        _("daarvan gegrond"),
        _DISPUTES,
        _CIRCLE,
        _("Over een open betwisting is nog niet beslist."),
    ),
    "refused": (_("geweigerde aanvragen"), _LOG, _CIRCLE, _("Ook vergissingen en proeven tellen mee.")),
}
_SMALL: Final = _("minder dan 5")


def numbers(found: Counts) -> tuple[Number, ...]:
    """Every count in words; those of 1 to 4 are not shown."""
    return tuple(_number(code, getattr(found, code)) for code in _ABOUT)


def _number(code: str, value: int) -> Number:
    name, *about = map(str, _ABOUT[code])
    may = pilots.shown(value)
    return Number(code, name, may, str(_SMALL) if may is None else str(may), *about)


def value_of(goal: Bound, found: Counts) -> tuple[str, bool | None]:
    """The value of a goal in words and whether it was reached; None where the counts under it are too small to show."""
    parts = {"maatregelen": (found.measures,), "aandeel-maatregel": (found.measures, found.feedback)}
    under = parts.get(goal.measure, (found.quick, found.measures))
    if any(pilots.shown(one) is None for one in under) or (len(under) > 1 and not under[-1]):
        return str(_("te weinig om te tonen")), None
    value = pilots.goal_value(goal.measure, found)
    return str(value), value >= goal.bound


def criterion(one: Bound) -> str:
    """What stops a pilot, in a sentence."""
    match one.measure:
        case "aandeel-onterecht":
            wrong = _("meer dan %(n)d procent van de teruggemelde treffers bleek onterecht (vanaf 10 teruggemelde treffers)")
            return str(wrong % {"n": one.bound})
        case "betwistingen":
            return str(_("meer dan %(n)d betwistingen") % {"n": one.bound})
        case _:
            return str(_("geen enkele treffer tot en met %(day)s") % {"day": words.day(one.bound - 1)})


def step(act: str) -> str:
    """What happened, in words; of an end also why."""
    before, _sign, code = act.partition("einde-")
    if before or not code:
        return words.named(STEPS, act)
    return str(_("geëindigd: %(why)s") % {"why": words.named(ENDINGS, code)})


def told(error: errors.SluisError) -> str:
    """Why something was refused and what to do next."""
    return " ".join(faults(error))


def faults(error: errors.SluisError) -> list[str]:
    """Everything that was wrong, for a page."""
    codes = [one.code for one in error.faults] or [error.reason]
    unknown = str(_("Dit lukt nu niet. Bekijk de pagina opnieuw."))
    return list(dict.fromkeys(str(FAULTS.get(code, unknown)) for code in codes))
