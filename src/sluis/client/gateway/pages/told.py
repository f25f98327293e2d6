"""Errors and faults in words for an analyst: what is wrong, by which article, what to do next. By code, else by kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sluis.client.deskbook import Refusal
from sluis.client.gateway.pages.visits import Visit
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import problems

CODES: Final = {
    "iban-controlegetal": "De controlecijfers kloppen niet. Kijk of er een typefout in staat.",
    "iban-land": "Geen land heeft rekeningnummers van deze vorm.",
    "iban-leeg": "Hier staat geen rekeningnummer.",
    "iban-lengte": "Dit rekeningnummer is te lang of te kort voor het land.",
    "iban-tekens": "Een rekeningnummer is twee letters, twee cijfers, en dan letters of cijfers.",
    "telefoon-landnummer": "Begin het nummer met + en het land.",
    "telefoon-leeg": "Hier staat geen telefoonnummer.",
    "telefoon-lengte": "Geen nummer in dit land heeft zoveel cijfers.",
    "telefoon-tekens": "Een telefoonnummer is cijfers, al dan niet na een +.",
    "email-leeg": "Hier staat geen e-mailadres.",
    "email-lengte": "Dit e-mailadres is te lang.",
    "email-lokaal": "Het deel voor de @ kan zo niet.",
    "email-vorm": "Een e-mailadres is een naam, een @ en een domein.",
    "domein-ip": "Dit is een IP-adres, geen domein.",
    "domein-leeg": "Hier staat geen domein.",
    "domein-lengte": "Dit domein is te lang.",
    "domein-tekens": "In dit domein staan tekens die niet kunnen.",
    "url-leeg": "Hier staat geen webadres.",
    "url-onleesbaar": "Dit is geen webadres. Begin met https:// of http://.",
    "url-schema": "Alleen adressen met http en https.",
    "crypto-controlegetal": "De controle van dit cryptoadres klopt niet. Kijk of er een typefout in staat.",
    "crypto-keten": "Dit adres hoort niet bij de genoemde keten.",
    "crypto-leeg": "Hier staat geen cryptoadres.",
    "crypto-vorm": "Geen keten die wij lezen heeft adressen van deze vorm.",
    "kvk-leeg": "Hier staat geen KvK-nummer.",
    "kvk-vorm": "Een KvK-nummer heeft 8 cijfers.",
    "adres-leeg": "Hier staat geen adres.",
    "adres-postcode": "Zo'n postcode bestaat niet.",
    "adres-vorm": "Een adres is postcode, nummer en toevoeging.",
    "toestel-leeg": "Hier staat geen toestel.",
    "toestel-soort": "Schrijf soort:waarde, bijvoorbeeld imei:...",
    "toestel-vorm": "De waarde past niet bij deze soort toestel.",
    "toestel-controlegetal": "Het controlecijfer klopt niet. Kijk of er een typefout in staat.",
    "tekens-onjuist": "Hier staan tekens die geen tekst zijn.",
    "te-lang": "Dit is te lang.",
    "niet-herkend": "Wij herkennen dit niet. Kies zelf de soort, of kijk of er een typefout in staat.",
    "dubbel": "Dit kenmerk staat er al eerder in.",
    "geen-kenmerken": "Vul een kenmerk in, of plak er een per regel.",
    "geen-zaak": "Noem uw eigen zaak. Zonder zaak gaat er geen vraag weg.",
    "geen-doel": "Kies een kring en een doel.",
    "geen-soort": "Kies een soort kenmerk.",
    "te-veel-regels": "Dit zijn te veel regels voor een keer. Deel ze in stukken.",
    "geen-tabel": "Het bestand leest niet. De eerste rij noemt de kolommen. Bewaar het als CSV (UTF-8) of XLSX.",
    "te-veel-rijen": "Het bestand heeft te veel rijen.",
    "onbekende-kolom": "Deze kolom kennen wij niet.",
    "ontbreekt": "Dit ontbreekt.",
    "onbekende-bewijsgraad": "Een bewijsgraad is A, B, C of D.",
    "onbekend-advies": "Een advies is inform, warn, step-up, hold of refuse.",
    "onbekende-vorm": "Deze vorm van fraude staat niet in de lijst.",
    "onbekende-soort": "Deze soort kenmerk kennen wij niet.",
    "onbekende-herkomst": "Herkomst is own of hit.",
    "onbekende-keuze": "Kies een van de mogelijkheden.",
    "onbekend-bereik": "Dit bereik past niet bij deze soort kenmerk.",
    "geen-bereik": "Dit kenmerk heeft geen breder bereik.",
    "dag-onjuist": "Schrijf een dag als JJJJ-MM-DD.",
    "context-onjuist": "Een van de codes klopt niet.",
    "bestand-onjuist": "Er is niets gedeeld. Verbeter deze regels en probeer het opnieuw.",
    "kenmerken-onjuist": "Er is niets verstuurd. Verbeter deze regels en probeer het opnieuw.",
    "beschermd-kenmerk": "Dit kenmerk is van veel mensen tegelijk en wordt nooit gesignaleerd.",
    "bevestiging-nodig": "Kijk hier nog eens naar, en bevestig wat u bedoelt.",
    "bewaaklijst-vol": "U zou meer bewaken dan u hebt opgegeven. Geef bij het programmabureau een groter aantal op.",
    "graad-te-laag": "De kring neemt signalen met deze bewijsgraad niet aan.",
    "signalen-geweigerd": "Er is niets bewaard. Verbeter deze regels en probeer het opnieuw.",
    "geen-treffer": "Er is geen treffer op dit kenmerk.",
    "geen-signaal": "Niemand anders heeft hier nu nog een signaal op.",
    "al-besloten": "Hierop is al geantwoord.",
    "te-laat": "De termijn is voorbij. Zwijgen was nee.",
    "onbekend-verzoek": "Dit verzoek is er niet, of niet meer.",
    "onbekende-kring": "U zit niet in een kring met deze naam.",
    "geen-lid": "De sleutel van dit koppelpunt hoort bij geen lid van deze kring.",
    "onbekend-dossier": "Dit dossier is er niet, of het is na 90 dagen vergeten.",
    "onbekend-werk": "Dit werk is er niet meer. Het koppelpunt is opnieuw gestart, of het is langer dan acht uur geleden.",
    "te-veel-werk": "Er wacht al veel werk. Rond eerst iets af.",
    "geen-sleutel": "De sleutelhouders hebben deze sleutel nog niet gemaakt. Probeer het over een minuut opnieuw.",
    "te-weinig-sleutelhouders": "Te weinig sleutelhouders antwoordden. Probeer het over een minuut opnieuw.",
    "beleid-verlopen": "Het beleidsbestand is verlopen. Alles blijft dicht tot er een nieuw is.",
    "niet-bereikbaar": "Een dienst antwoordt nu niet. Opnieuw proberen is veilig.",
    "andere-herkomst": "Dit formulier kwam van een andere website. Er is niets gedaan.",
    "te-groot": "Dit is te groot voor een keer. Deel het in stukken.",
    "andere-beschermde-lijst": "Uw beschermde lijst is niet de lijst die nu geldt. Laat Sluis bijwerken.",
    "andere-achtervoegsels": "Uw lijst van achtervoegsels is niet de lijst die nu geldt. Laat Sluis bijwerken.",
    "andere-normaliser": "Uw versie leest kenmerken anders dan nu geldt. Laat Sluis bijwerken.",
    "opslag-vol": "De schijf van dit koppelpunt is vol. Wat bewaard was, is er nog.",
    "geen-weigeringsgrond": "Bij een weigering hoort een reden, en alleen daarbij.",
    "onbekend-recht": "Kies wat de persoon vraagt.",
    "bereik-ontbreekt": "Vul in hoe u de persoon bereikt, in 3 tot 400 tekens.",
    "niet-bewezen": "Stel eerst vast wie het is, en dat het kenmerk van deze persoon is.",
    "code-klopt-niet": "Deze code klopt niet, of de tijd of de pogingen zijn op.",
    "codes-op": "Voor dit verzoek gaan er geen codes meer uit. Stel het zelf vast, of sluit het verzoek.",
    "onbekende-weg": "Voor dit soort kenmerk is die weg er niet.",
    "bewijsdienst-weg": "De dienst die codes brengt antwoordt nu niet. Probeer het later opnieuw.",
    "al-verlengd": "De termijn is al een keer verlengd.",
    "termijn-voorbij": "De eerste termijn is voorbij. Verlengen kan dan niet meer.",
    "geen-verlengingsgrond": "Kies waarom u meer tijd nodig hebt.",
    "al-gesloten": "Dit verzoek is gesloten.",
    "loopt-al": "Anderen zijn nog bezig. Wacht op de uitkomst.",
    "correctie-open": "Nog niet iedereen heeft de verbetering bevestigd.",
    "brief-past-niet": "Deze brief past nog niet bij dit verzoek.",
    "brief-onvolledig": "In de brief ontbreekt hoe men u bereikt. Zet het in de instellingen (rights.contact).",
    "eigen-signaal": "U deelde hier zelf een signaal op. Laat een ander besluiten.",
    "nummer-onjuist": "Een nummer heeft 32 tekens: cijfers en de letters a tot f.",
    "herkomst-politie": "Dit rust op politiegegevens. Die mogen niet verder (Wpg 7).",
    "geen-menselijke-toets": "Een maatregel mag pas nadat een mens de gronden zag en het ermee eens is (AVG 22, UAVG 40).",
    "gronden-niet-gezien": "Kies wat u zelf hebt gezien.",
    "reden-ontbreekt": "Schrijf in 10 tot 500 tekens waarom.",
    "toets-niet-akkoord": "Wie toetste was het niet eens. Neem geen maatregel.",
    "pagina-onbekend": "Deze pagina is er niet.",
    "naam-ontbreekt": "Vul uw naam in. Die staat bij wat u doet in het eigen logboek.",
    "code-onjuist": "Deze code klopt niet.",
    "fout": "Er ging hier iets mis. Het is genoteerd, zonder uw gegevens.",
}
KINDS: Final[dict[type[errors.SluisError], str]] = {
    errors.Malformed: "Er klopt iets niet aan wat is ingevuld.",
    errors.NotFound: "Dit is er niet.",
    errors.NotAllowed: "Daar hebt u het recht niet toe.",
    errors.NotPermitted: "De wettelijke poort blijft dicht.",
    errors.Conflict: "Dit past niet bij wat er al staat.",
    errors.TooMany: "De afgesproken ruimte is op.",
    errors.Unavailable: "Een dienst antwoordt nu niet. Opnieuw proberen is veilig.",
    errors.ProtocolFailure: "Een antwoord klopte niet en is weggegooid. Meld het bij het knooppunt.",
}
STEPS: Final[dict[type[errors.SluisError], str]] = {
    errors.Unavailable: "Wacht een minuut en probeer het opnieuw. Blijft het zo? Laat uw beheerder `sluis doctor` draaien.",
    errors.TooMany: "Wacht, of vraag bij het programmabureau een groter budget aan.",
    errors.NotAllowed: "Vraag het programmabureau om dit recht, of vraag uw beheerder.",
    errors.ProtocolFailure: "Meld bij de beheerder van het knooppunt welke partij het was.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """An error for a page: `shut` with articles when the legal gate said no; `retry` in seconds when there is one."""

    code: str
    text: str
    step: str = ""
    shut: Refusal | None = None
    party: str = ""
    retry: int = 0


def error(visit: Visit, failure: errors.SluisError) -> Told:
    """An error in the reader's words."""
    kind = problems.kind_of(failure)
    text = CODES.get(failure.reason) or KINDS.get(kind, CODES["fout"])
    party, retry = str(failure.fields.get("party", "")), failure.fields.get("retry_after", 0)
    step = visit.say(STEPS[kind]) if kind in STEPS else ""
    seconds = retry if isinstance(retry, int) else 0
    return Told(failure.reason, visit.say(text), step, refusal(failure), party, seconds)


def refusal(failure: errors.SluisError) -> Refusal | None:
    """Why the gate stayed shut, when that is what the error says."""
    if "reason_nl" not in failure.fields:
        return None
    articles = failure.fields.get("articles", [])
    named = tuple(articles) if isinstance(articles, list) else ()
    ground, reason, instead = (str(failure.fields.get(name, "")) for name in ("ground", "reason_nl", "instead"))
    return Refusal(ground, reason, failure.detail, named, instead)


def fault(visit: Visit, one: Fault) -> str:
    """A fault in the reader's words; one without words of ours as it was told."""
    return visit.say(CODES[one.code]) if one.code in CODES else one.next_step


def by_field(visit: Visit, faults: Iterable[Fault]) -> dict[str, str]:
    """The words of each fault by the field it stands at."""
    return {one.where: fault(visit, one) for one in faults}
