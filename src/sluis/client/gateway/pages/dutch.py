"""The Dutch words for codes of the exchange. English comes through gettext, as for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TYPES: Final = {
    "iban": "Rekening (IBAN)",
    "phone": "Telefoonnummer",
    "email": "E-mailadres",
    "domain": "Domein",
    "url": "Webadres",
    "device": "Toestel",
    "crypto": "Cryptoadres",
    "kvk": "KvK-nummer",
    "address": "Postadres",
}
BANDS: Final = {
    "1": "Bekend bij 1 ander",
    "2-3": "Bekend bij 2 of 3 anderen",
    "4+": "Bekend bij 4 of meer anderen",
}
OTHERS: Final = {"1": "1 ander", "2-3": "2 of 3 anderen", "4+": "4 of meer anderen"}
GRADES: Final = {
    "A": "graad A: bevestigd door rechter of politie",
    "B": "graad B: vastgesteld in eigen onderzoek",
    "C": "graad C: melding met feiten erbij",
    "D": "graad D: alleen een melding",
}
ADVICE: Final = {
    "inform": "informeren",
    "warn": "waarschuwen",
    "step-up": "extra controle",
    "hold": "vasthouden",
    "refuse": "niet uitvoeren",
}
STEPS_OF_ADVICE: Final = {
    "inform": "Kijk zelf goed met wie u te maken hebt. Meer hoeft niet.",
    "warn": "Waarschuw uw klant voordat die betaalt of levert. De klant beslist.",
    "step-up": "Doe een extra controle. Bel de klant op een nummer dat u al had.",
    "hold": "Houd de opdracht even vast en zoek het uit. De rekeninghouder kan ook slachtoffer zijn.",
    "refuse": "De aanbieder raadt aan om niet uit te voeren. Onderzoek eerst zelf; u beslist.",
}
STATES: Final = {"nieuw": "te doen", "bezig": "in behandeling", "klaar": "afgehandeld"}
KINDS: Final = {
    "bevraging": "treffer op uw vraag",
    "treffer": "attendering op wat u bewaakt",
    "gecorrigeerd": "gecorrigeerd",
    "eigen-signaal-ontbreekt": "uw eigen signaal is niet te zien",
}
NOTES: Final = {
    "vervallen": "Het signaal is vervallen of ingetrokken. De eerdere treffer geldt niet meer.",
    "ingetrokken": "De aanbieder nam het signaal terug. De eerdere treffer geldt niet meer.",
    "herzien": "De aanbieder heeft het signaal herzien. Kijk opnieuw.",
    "betwist": "Het signaal is betwist en staat stil tot er besloten is.",
    "gegrond": "Een betwisting was gegrond. De eerdere treffer geldt niet meer.",
    "ongegrond": "Een betwisting was ongegrond. Het signaal geldt weer.",
    "eigen-signaal-ontbreekt": "Anderen zien uw signaal niet, en zouden dat wel moeten. Meld het bij het knooppunt.",
}
MEASURES: Final = {
    "betaling-aangehouden": "betaling aangehouden",
    "betaling-geweigerd": "betaling geweigerd",
    "levering-gestopt": "levering gestopt",
    "account-geblokkeerd": "account geblokkeerd",
    "klant-gewaarschuwd": "klant gewaarschuwd",
    "geen-maatregel": "onderzocht, geen maatregel",
    "bleek-onterecht": "treffer bleek onterecht",
}
DISPOSITIONS: Final = {
    "maatregel": "maatregel genomen",
    "controle": "extra controle",
    "doorlaten": "doorgelaten",
    "klopt-niet": "klopt niet",
    "gezien": "gezien",
    "bevraagd": "bevraagd",
    "opnieuw-bevraagd": "opnieuw bevraagd",
    "opgepakt": "in behandeling genomen",
    "teruggelegd": "teruggelegd",
    "context-gevraagd": "context gevraagd",
    "context-opgehaald": "gekeken wat aanbieders antwoordden",
    "betwist": "betwisting geopend",
}
SEEN: Final = {
    "treffer": "de treffer zelf",
    "context": "de context erachter",
    "eigen-onderzoek": "eigen onderzoek",
    "klant-gehoord": "wat de klant zegt",
}
WITHIN: Final = {"15m": "binnen een kwartier", "1u": "binnen een uur", "1d": "binnen een dag", "later": "later dan een dag"}
ROLES: Final = {
    "payee": "ontvanger van het geld",
    "payer": "betaler",
    "contact": "contactgegeven",
    "sender": "afzender",
    "delivery": "afleveradres",
    "site": "website",
    "other": "anders",
}
CHANNELS: Final = {
    "webshop": "webwinkel",
    "marketplace": "handelsplaats",
    "social": "sociale media",
    "chat": "chat",
    "email": "e-mail",
    "phone": "telefoon",
    "sms": "sms",
    "post": "post",
    "doorstep": "aan de deur",
    "other": "anders",
}
PHASES: Final = {
    "orientatie": "oriëntatie",
    "voorbereiding": "voorbereiding",
    "contact": "contact",
    "overtuiging": "overtuiging",
    "overheveling": "overheveling van geld",
    "besteding": "besteding",
}
AMOUNTS: Final = {
    "0": "onbekend",
    "1": "tot € 100",
    "2": "tot € 500",
    "3": "tot € 2.500",
    "4": "tot € 10.000",
    "5": "meer dan € 10.000",
}
STATUSES: Final = {
    "open": "loopt nog",
    "blocked": "geblokkeerd",
    "watched": "wordt gevolgd",
    "reported": "aangifte of melding gedaan",
    "closed": "gesloten",
}
ORIGINS: Final = {"own": "eigen zaak", "hit": "kwam uit een treffer op een signaal van een ander"}
SCOPES: Final = {
    "": "precies dit kenmerk",
    "base": "het adres zonder deel na de plus",
    "reg": "het hele geregistreerde domein",
    "path": "het adres zonder vraagdeel",
}
WITHDRAWN: Final = {
    "onjuist": "het signaal is onjuist",
    "niet-meer-nodig": "het is niet meer nodig",
    "vergissing": "het was een vergissing",
    "op-verzoek": "op verzoek van de betrokkene",
}
RELEASES: Final = {
    "automatic": "meteen, na de poort",
    "approval": "na akkoord van de aanbieder, binnen 24 uur",
    "off": "nooit",
}
USES: Final = {
    "publish": "delen",
    "check": "bevragen",
    "watch": "bewaken",
    "republish": "opnieuw delen onder een nieuwe sleutel",
    "inzage": "inzage vragen voor een betrokkene",
    "dispute": "betwisten voor een betrokkene",
    "audit": "steekproeven controleren",
}
GROUNDS_OF_DISPUTE: Final = {
    "naamgenoot": "een naamgenoot of vergissing in de persoon",
    "niet-van-mij": "het kenmerk is niet van deze persoon",
    "overgenomen": "het account is overgenomen door een ander",
    "onjuist": "het is feitelijk onjuist",
    "verouderd": "het is verouderd",
}
PERSONS: Final = {
    "balie": "aan de balie",
    "eidas-hoog": "eIDAS, niveau hoog",
    "eidas-substantieel": "eIDAS, niveau substantieel",
    "video": "met video",
}
CONTROLS: Final = {
    "bankafschrift": "bankafschrift",
    "terugboeking": "terugboeking",
    "terugbellen": "terugbellen",
    "mailcode": "code per e-mail",
    "dns-record": "DNS-record",
    "handelsregister": "handelsregister",
    "brief": "brief",
    "smscode": "code per sms",
    "eencent": "betaling van 1 cent",
    "eigen-account": "bericht in een eigen account",
}
ACTIVITIES: Final = {
    "bevragen": "bevragen",
    "delen": "delen",
    "verstrekken": "context gevraagd",
    "terugkoppelen": "teruggemeld",
    "bewaken": "bewaken",
    "betwisten": "betwisten",
    "inzage": "inzage",
    "doorsturen": "doorgestuurd",
    "verzoek": "verzoek van een betrokkene",
    "betwisting besluiten": "betwisting besloten",
}
REFUSED: Final = {
    "verstrekken-staat-uit": "Deze kring verstrekt dit niet.",
    "geweigerd": "De aanbieder zei nee.",
    "geen-antwoord": "De aanbieder antwoordde niet op tijd. Zwijgen is nee.",
    "betwist": "Het signaal is betwist en staat stil.",
    "doel-past-niet": "Dit signaal is niet voor dit doel gedeeld.",
    "verlopen": "Het signaal is verlopen.",
}
NOTICES: Final = {
    "verstrekking-gevraagd": "context gevraagd",
    "verstrekking-besloten": "besluit over context",
    "betwisting-geopend": "betwist",
    "betwisting-besloten": "betwisting besloten",
    "gecorrigeerd": "gecorrigeerd",
    "terugkoppeling": "teruggemeld",
    "inzage-gevraagd": "inzage gevraagd",
    "inzage-beantwoord": "inzage beantwoord",
}
OUTCOMES: Final = {
    "gegrond": "gegrond",
    "ongegrond": "ongegrond",
    "toestaan": "toegestaan",
    "weigeren": "geweigerd",
    "verstrekt": "verstrekt",
    "geweigerd": "geweigerd",
    "geen-antwoord": "geen antwoord op tijd",
}
REFUSALS_OF_ACCESS: Final = {
    "lopend-onderzoek": "lopend onderzoek",
    "rechten-van-anderen": "rechten van anderen",
    "wettelijk-verbod": "wettelijk verbod",
}
SHARED: Final = {"stored": "gedeeld", "same": "was al gedeeld", "replaced": "vervangen door deze versie"}
PURPOSES: Final = {
    "fraude-voorkomen": "voorkomen van fraude",
    "onderzoek-proeftuin": "onderzoek in de proeftuin",
    "opsporing": "opsporing en vervolging",
    "slachtofferhulp": "hulp aan slachtoffers",
}
RIGHTS: Final = {
    "inzage": "inzage",
    "rectificatie": "verbetering",
    "wissing": "wissing",
    "beperking": "beperking",
    "bezwaar": "bezwaar",
}
ASKS: Final = {
    "inzage": "inzage: wat weet u over mij?",
    "rectificatie": "verbetering: dit klopt niet",
    "wissing": "wissing: haal dit weg",
    "beperking": "beperking: gebruik dit voorlopig niet",
    "bezwaar": "bezwaar: stop hiermee",
}
STAGES: Final = {
    "nieuw": "wacht op bewijs",
    "bewezen": "bewezen, mag beantwoord worden",
    "loopt": "wacht op anderen",
    "besloten": "besloten, stuur de brief",
    "klaar": "gesloten",
}
ENDED: Final = {
    "beantwoord": "inzage gegeven",
    "gegrond": "gegrond",
    "ongegrond": "ongegrond",
    "gewist": "eigen signaal gewist",
    "niets": "er was geen signaal",
    "geweigerd": "geweigerd",
    "geen-bewijs": "geen bewijs gekregen",
}
ASKED: Final = {
    "gevraagd": "gevraagd",
    "beantwoord": "beantwoord",
    "open": "staat stil, wacht op besluit",
    "gegrond": "gegrond",
    "ongegrond": "ongegrond",
}
LETTERS: Final = {
    "ontvangst": "Ontvangst",
    "bewijs": "Vraag om bewijs",
    "verlenging": "Verlenging",
    "inzage": "Antwoord op inzage",
    "gegrond": "Besluit: gelijk",
    "gewist": "Wat gewist is",
    "geweigerd": "Besluit: nee",
    "gecorrigeerd": "Verbetering is aangekomen",
    "niets": "Er is geen signaal",
}
SENDING: Final = {
    "smscode": "Stuur een code per sms",
    "eencent": "Maak 1 cent over met een code",
    "eigen-account": "Zet een code in het account bij ons",
}
REQUEST_STEPS: Final = {
    "ingekomen": "ingekomen",
    "persoon-vastgesteld": "vastgesteld wie het is",
    "bewijs-gezien": "bewijs gezien",
    "code-gestuurd": "code gestuurd",
    "code-onjuist": "verkeerde code",
    "bewezen": "bewezen met een code",
    "mag-beantwoord": "mag beantwoord worden",
    "verlengd": "termijn verlengd",
    "uitgevraagd": "inzage gevraagd bij aanbieders",
    "stilgezet": "signaal stilgezet",
    "gekeken": "nagekeken",
    "correctie-nagevraagd": "gekeken wie de verbetering bevestigde",
    "uitkomst": "uitkomst",
    "grond-genoemd": "grond van de weigering genoemd",
    "gesloten": "gesloten",
}
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "purpose": PURPOSES,
    "type": TYPES,
    "band": BANDS,
    "others": OTHERS,
    "grade": GRADES,
    "advice": ADVICE,
    "step": STEPS_OF_ADVICE,
    "state": STATES,
    "kind": KINDS,
    "note": NOTES,
    "measure": MEASURES,
    "disposition": DISPOSITIONS,
    "within": WITHIN,
    "seen": SEEN,
    "role": ROLES,
    "channel": CHANNELS,
    "phase": PHASES,
    "amount": AMOUNTS,
    "status": STATUSES,
    "origin": ORIGINS,
    "scope": SCOPES,
    "withdrawn": WITHDRAWN,
    "release": RELEASES,
    "use": USES,
    "dispute": GROUNDS_OF_DISPUTE,
    "person": PERSONS,
    "control": CONTROLS,
    "activity": ACTIVITIES,
    "refused": REFUSED,
    "notice": NOTICES,
    "outcome": OUTCOMES,
    "access-refusal": REFUSALS_OF_ACCESS,
    "shared": SHARED,
    "right": RIGHTS,
    "asks": ASKS,
    "stage": STAGES,
    "ended": ENDED,
    "asked": ASKED,
    "letter": LETTERS,
    "send": SENDING,
    "request-step": REQUEST_STEPS,
}
