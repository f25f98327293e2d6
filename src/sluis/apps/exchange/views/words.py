"""Words of the portal: codes of the protocol as people read them, days and moments. Words of the glossary only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from sluis.core.law.decision import Ground

SECTORS: Final = {
    "bank": gettext_lazy("bank"),
    "psp": gettext_lazy("betaaldienst"),
    "webshop": gettext_lazy("webwinkel"),
    "parcel_carrier": gettext_lazy("vervoerder"),
    "telecom": gettext_lazy("telecom"),
    "rights_desk": gettext_lazy("rechtenloket"),
    "dispute_body": gettext_lazy("geschillencommissie"),
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
    "beoordeling vastgesteld": gettext_lazy("beoordeling vastgesteld"),
}
PURPOSES: Final = {
    "onderzoek-proeftuin": gettext_lazy("onderzoek in de proeftuin"),
    "fraude-voorkomen": gettext_lazy("voorkomen van fraude"),
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


def listed(words: Mapping[str, str | Promise], codes: Iterable[str], between: str) -> str:
    """The words for codes, with `between` between them."""
    return between.join(named(words, code) for code in codes)


def day(seconds: int) -> str:
    """A day in words, in the reader's language."""
    return date_format(timezone.localtime(datetime.fromtimestamp(seconds, UTC)), "j F Y")


def reason(ground: Ground) -> str:
    """Why the gate stays shut, in the reader's language."""
    return ground.reason_en if get_language() == "en" else ground.reason_nl


def instead(ground: Ground) -> str:
    """What is possible instead, in the reader's language."""
    return ground.instead_en if get_language() == "en" else ground.instead_nl
