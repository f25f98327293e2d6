"""Words of the portal: codes of the protocol as people read them, days and moments. Words of the glossary only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from sluis.apps.privacy.selectors import ConditionState
from sluis.core.exchange.policy import Section
from sluis.core.law.decision import GROUNDS, SAYS_NO, Ground
from sluis.plumbing import moments

SECTORS: Final = {
    "bank": gettext_lazy("bank"),
    "psp": gettext_lazy("betaaldienst"),
    "webshop": gettext_lazy("webwinkel"),
    "parcel_carrier": gettext_lazy("vervoerder"),
    "telecom": gettext_lazy("telecom"),
    "rights_desk": gettext_lazy("rechtenloket"),
    "dispute_body": gettext_lazy("geschillencommissie"),
    "auditor": gettext_lazy("auditdienst"),
}
TYPES: Final = {
    "iban": gettext_lazy("rekening (IBAN)"),
    "phone": gettext_lazy("telefoonnummer"),
    "email": gettext_lazy("e-mailadres"),
    "domain": gettext_lazy("domein"),
    "url": gettext_lazy("webadres"),
    "device": gettext_lazy("toestel"),
    "crypto": gettext_lazy("cryptoadres"),
    "kvk": gettext_lazy("KvK-nummer"),
    "address": gettext_lazy("postadres"),
}
day, moment = moments.day, moments.moment
# An assessment of a circle: nobody asked for a passage.
ASSESSED: Final = "beoordeling vastgesteld"
ACTIVITIES: Final = {
    "delen": gettext_lazy("delen"),
    "bevragen": gettext_lazy("bevragen"),
    "verstrekken": gettext_lazy("verstrekken"),
    "vervallen": gettext_lazy("vervallen"),
    "volgen": gettext_lazy("volgen van de kopie"),
    "bewaken": gettext_lazy("bewaken"),
    "intrekken": gettext_lazy("intrekken"),
    "betwisten": gettext_lazy("betwisten"),
    "betwisting besluiten": gettext_lazy("betwisting besluiten"),
    "verstrekking vragen": gettext_lazy("verstrekking vragen aan de aanbieder"),
    "verstrekking besluiten": gettext_lazy("verstrekking besluiten"),
    "terugkoppelen": gettext_lazy("terugkoppelen"),
    "inzage": gettext_lazy("inzage door een betrokkene"),
    "inzage beantwoorden": gettext_lazy("inzage beantwoorden"),
    ASSESSED: gettext_lazy("beoordeling vastgesteld"),
    "betwisting meegenomen": gettext_lazy("betwisting meegenomen naar de volgende sleutel"),
    "advies over de politie": gettext_lazy("advies over de politie"),
    "houderregel": gettext_lazy("uitrekenen door een sleutelhouder"),
    "leeskant": gettext_lazy("vragen aan de leeskant, van één minuut"),
    "controle": gettext_lazy("controle door de auditor"),
    "controle vastgelegd": gettext_lazy("controle vooraf vastgelegd"),
    "controle onthuld": gettext_lazy("controle onthuld na de dag"),
    "steekproef getrokken": gettext_lazy("steekproef getrokken uit eigen vragen"),
    "steekproef afgehandeld": gettext_lazy("steekproef afgehandeld"),
}
MEASURES: Final = {
    "betaling-aangehouden": gettext_lazy("betaling aangehouden"),
    "betaling-geweigerd": gettext_lazy("betaling geweigerd"),
    "levering-gestopt": gettext_lazy("levering gestopt"),
    "account-geblokkeerd": gettext_lazy("account geblokkeerd"),
    "klant-gewaarschuwd": gettext_lazy("klant gewaarschuwd"),
    "geen-maatregel": gettext_lazy("onderzocht, geen maatregel"),
    "bleek-onterecht": gettext_lazy("treffer bleek onterecht"),
}
WITHIN: Final = {
    "15m": gettext_lazy("binnen een kwartier"),
    "1u": gettext_lazy("binnen een uur"),
    "1d": gettext_lazy("binnen een dag"),
    "later": gettext_lazy("later dan een dag"),
}
# What stands last in the reference of an event: how it ended, or why.
_DETAILS: Final = {
    **MEASURES,
    "toegestaan": gettext_lazy("toegestaan"),
    "geweigerd": gettext_lazy("geweigerd"),
    "geen-antwoord": gettext_lazy("geen antwoord binnen 24 uur"),
    "gegrond": gettext_lazy("gegrond"),
    "ongegrond": gettext_lazy("ongegrond"),
    "onjuist": gettext_lazy("onjuist"),
    "niet-meer-nodig": gettext_lazy("niet meer nodig"),
    "vergissing": gettext_lazy("vergissing"),
    "op-verzoek": gettext_lazy("op verzoek"),
}
# Refusals that no ground of the legal gate is named for: why, and what is possible instead.
_ROLE_REFUSALS: Final = {
    "geen-recht": (
        gettext_lazy("Uw organisatie heeft dit recht niet in deze uitwisselkring."),
        gettext_lazy("Vraag dit recht aan bij de uitwisselkring."),
    ),
    "eigen-betwisting": (
        gettext_lazy("Wie een betwisting opent, beslist er niet over."),
        gettext_lazy("Wacht op het besluit van de geschillencommissie."),
    ),
    "onbekende-sleutel": (
        gettext_lazy("De sleutel waarmee is gevraagd is niet in gebruik."),
        gettext_lazy("Het koppelpunt haalt de sleutels opnieuw op; vraag daarna opnieuw."),
    ),
    "andere-wijze": (
        gettext_lazy("Deze uitwisselkring wordt op een andere wijze gelezen."),
        gettext_lazy("Kijk in het beleid of de kring met een kopie of met deelvragen werkt."),
    ),
}
PURPOSES: Final = {
    "onderzoek-proeftuin": gettext_lazy("onderzoek in de proeftuin"),
    "fraude-voorkomen": gettext_lazy("voorkomen van fraude"),
    "opsporing": gettext_lazy("opsporing en vervolging"),
    "slachtofferhulp": gettext_lazy("hulp aan slachtoffers"),
}
OUTCOMES: Final = {
    "mogelijk": gettext_lazy("mogelijk"),
    "mogelijk_onder_voorwaarden": gettext_lazy("mogelijk onder voorwaarden"),
    "niet_mogelijk": gettext_lazy("niet mogelijk"),
    "nader_onderzoek": gettext_lazy("nader onderzoek"),
}


def named(words: Mapping[str, str | Promise], code: str) -> str:
    """The word for a code, in the reader's language; the code itself when there is none."""
    return str(words.get(code, code))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was refused, in words: reason, articles, whether those are our own inference, what is possible instead."""

    reason: str
    articles: tuple[str, ...]
    inferred: bool
    instead: str


def refusal(code: str, articles: Sequence[str], *, section: Section | None = None) -> Refusal:
    """The refusal with this code, by the articles that were recorded with it; none: those of its ground, or, where the
    assessment says no, those that the circle's assessment names. Only the latter are nobody's inference.
    """
    ground = GROUNDS.get(code)
    if ground is None:
        why, then = _ROLE_REFUSALS.get(code, (code, ""))
        return Refusal(str(why), tuple(articles), inferred=False, instead=str(then))
    told = tuple(articles)
    if code == SAYS_NO and not told and section is not None and section.assessment is not None:
        told = section.assessment.articles
    inferred = ground.inferred and not (code == SAYS_NO and told)
    return Refusal(reason(ground), told or ground.articles, inferred, instead(ground))


def detail(reference: str) -> str:
    """How an event ended or why, when its reference says so; else nothing."""
    return str(_DETAILS.get(reference.rpartition(" ")[2], ""))


def sign(activity: str, *, passed: bool = True) -> str:
    """Which lock sign an activity carries: only what came through both gates has the second one open."""
    if not passed:
        return "st-x2"
    return "st-2" if activity == "verstrekken" else "st-1"


SIGNS: Final = {
    "st-1": gettext_lazy("poort 1 gepasseerd"),
    "st-2": gettext_lazy("beide poorten na elkaar gepasseerd"),
    "st-x2": gettext_lazy("poort 2 bleef dicht"),
}


def listed(words: Mapping[str, str | Promise], codes: Iterable[str], between: str) -> str:
    """The words for codes, with `between` between them."""
    return between.join(named(words, code) for code in codes)


def evidence(one: ConditionState) -> str:
    """What meets a condition, or that nothing does."""
    if one.state == "open":
        return _("Hiervoor is nog niets vastgelegd. Zolang dit open staat, gaat er niets door.")
    if one.state == "control":
        return one.how
    if one.until is None:
        return _("Bewijs: %(what)s.") % {"what": one.how}
    return _("Bewijs: %(what)s, tot en met %(day)s.") % {"what": one.how, "day": day(one.until - 1)}


def ago(seconds: int) -> str:
    """How long ago something was, in the largest unit that fits."""
    for unit, told in ((86_400, _days), (3_600, _hours), (60, _minutes)):
        if seconds >= unit:
            return told(seconds // unit)
    return _("minder dan een minuut geleden")


def _days(number: int) -> str:
    return ngettext("%(n)d dag geleden", "%(n)d dagen geleden", number) % {"n": number}


def _hours(number: int) -> str:
    return ngettext("%(n)d uur geleden", "%(n)d uur geleden", number) % {"n": number}


def _minutes(number: int) -> str:
    return ngettext("%(n)d minuut geleden", "%(n)d minuten geleden", number) % {"n": number}


def machine_time(seconds: int) -> str:
    """A moment as machines read it: RFC 3339 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def reason(ground: Ground) -> str:
    """Why the gate stays shut, in the reader's language."""
    return ground.reason_en if get_language() == "en" else ground.reason_nl


def instead(ground: Ground) -> str:
    """What is possible instead, in the reader's language."""
    return ground.instead_en if get_language() == "en" else ground.instead_nl
