"""Facts of an assessment in words: the vocabulary of the privacykader, code by code. A code without words is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_SECTORS: Final = {
    "bank": gettext_lazy("bank"),
    "psp": gettext_lazy("betaaldienst"),
    "insurer": gettext_lazy("verzekeraar"),
    "credit_provider": gettext_lazy("kredietverstrekker"),
    "crypto_provider": gettext_lazy("aanbieder van cryptodiensten"),
    "telecom": gettext_lazy("telecomaanbieder"),
    "webshop": gettext_lazy("webwinkel"),
    "marketplace": gettext_lazy("handelsplatform"),
    "platform": gettext_lazy("online platform of hoster"),
    "registrar_hosting": gettext_lazy("domeinregistry of hoster"),
    "parcel_carrier": gettext_lazy("pakketvervoerder"),
    "trade_body": gettext_lazy("brancheorganisatie"),
    "helpline_private": gettext_lazy("privaat meldpunt"),
    "helpline_public": gettext_lazy("publiek meldpunt"),
    "victim_support": gettext_lazy("slachtofferhulp"),
    "police": gettext_lazy("politie"),
    "prosecution": gettext_lazy("Openbaar Ministerie"),
    "fiu": gettext_lazy("FIU-Nederland"),
    "regulator": gettext_lazy("toezichthouder"),
    "ministry": gettext_lazy("ministerie"),
    "municipality": gettext_lazy("gemeente"),
    "bailiff": gettext_lazy("gerechtsdeurwaarder"),
    "research": gettext_lazy("onderzoeksinstelling"),
    "victim": gettext_lazy("slachtoffer of melder zelf"),
    "public": gettext_lazy("iedereen (openbaar)"),
    "self": gettext_lazy("dezelfde organisatie"),
    "group_company": gettext_lazy("bedrijf in dezelfde groep"),
    "sluis_operator": gettext_lazy("beheerder van de sluis"),
}
_DATA: Final = {
    "aggregate_stats": gettext_lazy("cijfers zonder personen"),
    "modus_operandi": gettext_lazy("werkwijze zonder personen"),
    "technical_nonpersonal": gettext_lazy("technisch kenmerk dat niet over een persoon gaat"),
    "own_numbers": gettext_lazy("eigen nummers of domeinen"),
    "synthetic": gettext_lazy("verzonnen gegevens"),
    "phone_number": gettext_lazy("telefoonnummer"),
    "email_address": gettext_lazy("e-mailadres"),
    "ip_address": gettext_lazy("IP-adres"),
    "device_fingerprint": gettext_lazy("kenmerk van een toestel"),
    "account_identifier": gettext_lazy("rekeningnummer of cryptoadres"),
    "identity_data": gettext_lazy("naam, geboortedatum"),
    "address": gettext_lazy("postadres"),
    "business_data": gettext_lazy("gegevens van een rechtspersoon"),
    "transaction_data": gettext_lazy("gegevens van een betaling"),
    "session_behaviour": gettext_lazy("gedrag tijdens een bezoek"),
    "traffic_data": gettext_lazy("verkeersgegevens (Telecommunicatiewet)"),
    "location_data": gettext_lazy("locatiegegevens (Telecommunicatiewet)"),
    "content_data": gettext_lazy("inhoud van een gesprek of bericht"),
    "fiu_report": gettext_lazy("melding aan de FIU"),
    "bsn": gettext_lazy("burgerservicenummer"),
    "id_document": gettext_lazy("kopie van een identiteitsbewijs"),
    "health_data": gettext_lazy("gezondheid of ander bijzonder gegeven"),
    "victim_contact": gettext_lazy("contactgegevens van het slachtoffer"),
    "victim_case": gettext_lazy("samenvatting van het voorval"),
    "pseudonymous_token": gettext_lazy("pseudoniem: een kenmerk dat niemand zonder sleutel leest"),
}
_OFFENCES: Final = {
    "none": gettext_lazy("geen beschuldiging"),
    "risk_signal": gettext_lazy("risico, zonder beschuldiging van een persoon"),
    "suspicion": gettext_lazy("vermoeden tegen een persoon"),
    "established": gettext_lazy("voldoende vaststaand"),
    "conviction": gettext_lazy("veroordeling of rechterlijk verbod"),
}
_SUBJECTS: Final = {
    "none": gettext_lazy("niemand"),
    "suspect": gettext_lazy("iemand op wie het signaal ziet"),
    "customer": gettext_lazy("klant"),
    "victim": gettext_lazy("slachtoffer"),
    "legal_person": gettext_lazy("rechtspersoon"),
}
_PURPOSES: Final = {
    "prevent_fraud": gettext_lazy("fraude voorkomen"),
    "stop_payment": gettext_lazy("een betaling tegenhouden"),
    "investigate": gettext_lazy("opsporen"),
    "victim_support": gettext_lazy("slachtoffers helpen"),
    "civil_recovery": gettext_lazy("schade verhalen"),
    "supervision": gettext_lazy("toezicht houden"),
    "statistics": gettext_lazy("cijfers maken"),
    "research": gettext_lazy("onderzoek"),
    "warn_potential_victims": gettext_lazy("mogelijke slachtoffers waarschuwen"),
    "content_removal": gettext_lazy("inhoud laten verwijderen"),
    "cyber_resilience": gettext_lazy("digitale weerbaarheid"),
    "aml": gettext_lazy("witwassen tegengaan"),
    "name_and_shame": gettext_lazy("iemand aan de schandpaal zetten"),
    "marketing": gettext_lazy("reclame"),
    "credit_scoring": gettext_lazy("kredietwaardigheid beoordelen"),
}
_TECHNIQUES: Final = {
    "plain": gettext_lazy("leesbaar"),
    "query": gettext_lazy("vraag en antwoord"),
    "hit_no_hit": gettext_lazy("treffer of geen treffer"),
    "pet_hit_no_hit": gettext_lazy("treffer of geen treffer, versleuteld"),
    "aggregate": gettext_lazy("alleen aantallen"),
    "publication": gettext_lazy("openbaar maken"),
    "referral": gettext_lazy("doorverwijzen"),
    "conduit": gettext_lazy("doorgeven zonder te bewaren"),
    "bulk": gettext_lazy("hele bestanden"),
    "central_register": gettext_lazy("één register voor allen"),
}
_FLAGS: Final = {
    "pifi_both": gettext_lazy("beide partijen hebben een PIFI-vergunning"),
    "evr_hit": gettext_lazy("er was een treffer in het EVR"),
    "security_department": gettext_lazy("tussen afdelingen Veiligheidszaken"),
    "ap_licence": gettext_lazy("een vergunning van de AP dekt precies deze verwerking"),
    "pob_licence": gettext_lazy("de ontvanger heeft een Wpbr-vergunning"),
    "aangifte_done": gettext_lazy("er is aangifte gedaan"),
    "offence_against_sender": gettext_lazy("het feit is tegen de verstrekker zelf gepleegd"),
    "legal_demand": gettext_lazy("vordering van politie of OM"),
    "victim_consent": gettext_lazy("toestemming van het slachtoffer"),
    "explicit_consent": gettext_lazy("uitdrukkelijke toestemming"),
    "from_police": gettext_lazy("gegevens van de politie"),
    "outside_eea": gettext_lazy("doorgifte buiten de EER"),
    "automated_decision": gettext_lazy("een treffer leidt vanzelf tot weigering"),
    "minor": gettext_lazy("betrokkene is jonger dan 16"),
    "sole_trader": gettext_lazy("eenmanszaak of vof"),
    "multiple_reports": gettext_lazy("meer aangiften tegen dezelfde partij"),
    "wgs_partnership": gettext_lazy("samenwerkingsverband onder de WGS"),
    "trusted_flagger": gettext_lazy("erkende melder (DSA 22)"),
}
_FACTS: Final[Mapping[str, tuple[Promise | str, Mapping[str, Promise | str]]]] = {
    "from": (gettext_lazy("Van"), _SECTORS),
    "to": (gettext_lazy("Naar"), _SECTORS),
    "data": (gettext_lazy("Gegevens"), _DATA),
    "offence": (gettext_lazy("Hoe zwaar"), _OFFENCES),
    "subject": (gettext_lazy("Over wie"), _SUBJECTS),
    "purpose": (gettext_lazy("Doel"), _PURPOSES),
    "technique": (gettext_lazy("Op welke manier"), _TECHNIQUES),
    "flags": (gettext_lazy("Bijzonder"), _FLAGS),
}


def rows(facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(fact, value) in words, in the order of the vocabulary; facts that it does not know come last, as they were entered."""
    known = [(str(word), _value(facts[name], words)) for name, (word, words) in _FACTS.items() if name in facts]
    other = [(name, _value(value, {})) for name, value in facts.items() if name not in _FACTS]
    return (*known, *other)


def _value(value: object, words: Mapping[str, Promise | str]) -> str:
    codes = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
    return "; ".join(str(words.get(code, code)) for code in codes) or _("niets")
