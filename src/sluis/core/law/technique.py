"""Which technique fits what somebody wants to know, what it leaks, what it costs, and what it does not solve in law.

Advice, not a decision: a technique never opens the legal gate. Sources: `docs/reference/protocol.md` (what each party learns),
`docs/reference/performance.md` (costs), and rule R-PSEUDO of the privacykader (a pseudonym is no free pass).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Text:
    """Words in Dutch and English."""

    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique: what it is called, what others learn from it, what it costs, what the law still asks.

    `fact` is the word of the vocabulary for it, with which an assessment can be asked.
    """

    code: str
    fact: str
    name: Text
    leaks: tuple[Text, ...]
    costs: tuple[Text, ...]
    unsolved: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to know: the need (`NEEDS`), between how many, how soon, over values that can all be tried or not."""

    need: str
    many_parties: bool = False
    within_seconds: bool = False
    guessable: bool = True


@dataclass(frozen=True, slots=True)
class Advice:
    """The technique that fits, and what to mind in this case."""

    technique: Technique
    cautions: tuple[Text, ...]


NEEDS: Final[Mapping[str, Text]] = {
    "known": Text(
        "Weten of anderen een kenmerk kennen dat u al hebt", "To know whether others know an identifier you already hold"
    ),
    "overlap": Text("Weten hoeveel kenmerken u samen hebt", "To know how many identifiers you have in common"),
    "sum": Text("Een bedrag optellen over wat u samen hebt", "To add up an amount over what you have in common"),
    "totals": Text("Aantallen vergelijken, zonder iets te koppelen", "To compare totals, without linking anything"),
    "story": Text("Eén zaak aan één ander vertellen", "To tell one case to one other"),
    "patterns": Text("Nieuwe patronen vinden in elkaars gegevens", "To find new patterns in each other's data"),
}
_BASIS: Final = Text(
    "Een treffer zegt iets over een persoon. Zonder grondslag mag ook een versleutelde treffer niet.",
    "A hit says something about a person. Without a basis an encrypted hit is not allowed either.",
)
_CORRECT: Final = Text(
    "Of het signaal klopt. Onderzoek, hoor en wederhoor en herstel blijven nodig.",
    "Whether the signal is right. Investigation, hearing both sides and correction stay necessary.",
)
_INFORM: Final = Text("De plicht om betrokkenen te informeren.", "The duty to inform data subjects.")
OPRF: Final = Technique(
    "oprf",
    "pet_hit_no_hit",
    Text("Blind bevragen met gedeelde sleutels (OPRF)", "Blind questions with shared keys (OPRF)"),
    (
        Text("De vrager: treffer of geen treffer, en in welke klasse.", "The asker: hit or no hit, and in which class."),
        Text("Een sleutelhouder: wie hoeveel vraagt, en wanneer.", "A key holder: who asks how much, and when."),
        Text(
            "Het knooppunt: onleesbare merken, aanbieder, tijd en vorm.", "The hub: unreadable tags, publisher, time and form."
        ),
    ),
    (
        Text("Drie sleutelhouders, van wie er twee moeten antwoorden.", "Three key holders, of whom two must answer."),
        Text("Enkele tientallen milliseconden per vraag.", "Some tens of milliseconds a question."),
    ),
    (_BASIS, _CORRECT, _INFORM),
)
OVERLAP: Final = Technique(
    "overlap",
    "aggregate",
    Text("Overlap tellen (private set intersection)", "Counting overlap (private set intersection)"),
    (
        Text("Beide partijen: hoe veel de ander heeft, en hoeveel u samen hebt.", "Both: the other's size, and the overlap's."),
        Text(
            "Wie de vraag vaak herhaalt met één kenmerk meer, leert dat kenmerk.",
            "Who repeats it with one more learns that one.",
        ),
    ),
    (
        Text("Altijd tussen twee partijen tegelijk.", "Always between two parties at a time."),
        Text("De hele lijst gaat er elke keer doorheen.", "The whole list passes each time."),
    ),
    (
        Text(
            "Een kleine overlap wijst personen aan: onderdruk aantallen onder tien.",
            "A small overlap singles out: suppress below ten.",
        ),
        Text("De lijsten zelf moeten een grondslag hebben.", "The lists themselves need a basis."),
    ),
)
SUM: Final = Technique(
    "sum",
    "aggregate",
    Text("Optellen zonder uw eigen getal te tonen", "Adding up without showing one's own number"),
    (Text("Alle partijen: het totaal, en wie er meededen.", "All parties: the total, and who took part."),),
    (
        Text(
            "Eén ronde berichten per partij; alle partijen moeten meedoen.",
            "One round of messages; every party must take part.",
        ),
    ),
    (
        Text(
            "Met twee partijen is uw getal het totaal min dat van de ander.",
            "With two parties yours is the total minus the other's.",
        ),
    ),
)
TOTALS: Final = Technique(
    "totals",
    "aggregate",
    Text("Alleen aantallen", "Totals only"),
    (Text("Iedereen: de aantallen die u deelt.", "Everybody: the totals that you share."),),
    (Text("Bijna niets: een opgave per maand.", "Next to nothing: a statement a month."),),
    (
        Text(
            "Kleine aantallen kunnen een persoon aanwijzen: onderdruk ze.",
            "Small totals may single somebody out: suppress them.",
        ),
    ),
)
NONE: Final = Technique(
    "none",
    "plain",
    Text("Geen techniek: vertellen of niet", "No technique: tell, or do not"),
    (Text("De ontvanger: alles wat u vertelt.", "The receiver: all that you tell."),),
    (Text("Beoordeling per geval, door een mens.", "Judgement case by case, by a person."),),
    (_BASIS, _CORRECT, _INFORM),
)
_FITS: Final[Mapping[str, Technique]] = {
    "known": OPRF,
    "overlap": OVERLAP,
    "sum": SUM,
    "totals": TOTALS,
    "story": NONE,
    "patterns": NONE,
}
_GUESS: Final = Text(
    "Rekening- en telefoonnummers zijn allemaal te raden. Een gewone hash beschermt ze niet.",
    "Account and telephone numbers can all be guessed. A plain hash does not protect them.",
)
_SLOW: Final = Text(
    "Dit antwoord komt niet binnen seconden; het is voor onderzoek, niet voor een betaling.", "No answer in seconds."
)
_PAIRS: Final = Text(
    "Met meer partijen telt u per paar; paren mag u niet optellen.", "With more parties count by pair; never add pairs."
)
_SYNTHETIC: Final = Text(
    "Begin met verzonnen gegevens in een proeftuin. Geen techniek maakt zoeken in elkaars gegevens vanzelf toegestaan.",
    "Begin with invented data in a pilot. No technique makes searching each other's data allowed by itself.",
)


def choose(wish: Wish) -> Advice:
    """The technique for a wish, with what to mind. Raises KeyError for a need that is not in `NEEDS`."""
    found = _FITS[wish.need]
    minded = (
        (wish.guessable and found in {OPRF, OVERLAP}, _GUESS),
        (wish.within_seconds and found in {OVERLAP, SUM, TOTALS}, _SLOW),
        (wish.many_parties and found is OVERLAP, _PAIRS),
        (wish.need == "patterns", _SYNTHETIC),
    )
    return Advice(found, tuple(text for holds, text in minded if holds))


def of_fact(code: str) -> Technique | None:
    """The technique behind a word of the vocabulary; None for words that are no technique of this list."""
    return next((one for one in (OPRF, TOTALS) if one.fact == code), None)
