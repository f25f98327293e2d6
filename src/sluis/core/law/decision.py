"""The legal gate: may this passage pass? One module, asked by holders, edge, hub and gateway alike.

It reads a circle and a member through the two protocols below, so that it depends on nothing else. Off is the default:
whatever is not granted is refused, with a reason, the articles and what is possible instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sluis.core import errors

# A person's rights last as long as the data do, also when the basis of the circle is gone (AVG 15, 16, 18, 21; inferred).
RIGHTS: Final = frozenset({"inzage", "dispute"})
WATCH: Final = "watch"
SAYS_NO: Final = "beoordeling-zegt-nee"
UNMET: Final = "voorwaarde-open"
STRANGER: Final = "geen-lid"


class Term(Protocol):
    """Anything with a first second and a first second after it."""

    @property
    def from_(self) -> int: ...
    @property
    def until(self) -> int: ...


class AssessedTerm(Term, Protocol):
    """What the gate reads of an assessment: its term, whether its answer opens it and by which articles, and the uses it
    grants beside sharing and checking."""

    @property
    def grants(self) -> Sequence[str]: ...
    @property
    def opens(self) -> bool: ...
    @property
    def articles(self) -> Sequence[str]: ...


class CircleTerms(Term, Protocol):
    """What the gate reads of a circle."""

    @property
    def types(self) -> Sequence[str]: ...
    @property
    def purposes(self) -> Sequence[str]: ...
    @property
    def assessment(self) -> AssessedTerm | None: ...


class MemberTerms(Term, Protocol):
    """What the gate reads of a member."""

    @property
    def types(self) -> Sequence[str]: ...
    @property
    def uses(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the gate stays shut. `inferred` marks articles we reasoned to and did not read in a verified source."""

    code: str
    of_law: bool
    reason_nl: str
    reason_en: str
    articles: tuple[str, ...]
    instead_nl: str
    instead_en: str
    inferred: bool = True

    def error(self) -> errors.SluisError:
        """The refusal as an error: NotPermitted `geen-grondslag` for law, NotAllowed for a right that was not granted."""
        kind: type[errors.SluisError] = errors.NotPermitted if self.of_law else errors.NotAllowed
        return kind(
            self.reason_en,
            ground=self.code,
            reason_nl=self.reason_nl,
            articles=list(self.articles),
            instead=self.instead_nl,
            inferred=str(self.inferred).lower(),
        )


GROUNDS = {
    ground.code: ground
    for ground in (
        Ground(
            "kring-buiten-termijn",
            True,
            "De termijn van deze uitwisselkring is voorbij of nog niet begonnen.",
            "The term of this circle is over, or has not begun.",
            ("AVG 5 lid 1 e", "AVG 6"),
            "Vraag een nieuwe beoordeling aan; tot die tijd gaat er niets door.",
            "Ask for a new assessment; nothing passes until then.",
        ),
        Ground(
            "geen-beoordeling",
            True,
            "Deze uitwisselkring heeft geen goedgekeurde beoordeling.",
            "This circle has no approved assessment.",
            ("AVG 6", "AVG 10"),
            "Laat de uitwisseling eerst beoordelen.",
            "Have the exchange assessed first.",
        ),
        Ground(
            SAYS_NO,
            True,
            "De beoordeling van deze uitwisseling zegt nee.",
            "The assessment of this exchange says no.",
            ("AVG 6",),
            "Lees in de beoordeling wat wel kan, of vraag een nieuwe aan als de feiten anders zijn.",
            "Read in the assessment what is possible, or ask for a new one when the facts have changed.",
        ),
        Ground(
            "beoordeling-verlopen",
            True,
            "De beoordeling van deze uitwisselkring is verlopen of nog niet ingegaan.",
            "The assessment of this circle has expired, or is not yet in force.",
            ("AVG 5 lid 2", "AVG 6"),
            "Vraag een nieuwe beoordeling aan; tot die tijd gaat er niets door.",
            "Ask for a new assessment; nothing passes until then.",
        ),
        Ground(
            UNMET,
            True,
            "Niet aan alle voorwaarden van de beoordeling is voldaan.",
            "Not all conditions of the assessment are met.",
            ("AVG 5 lid 2", "AVG 6"),
            "Lees in de beoordeling welke voorwaarde nog open staat, en leg het bewijs vast.",
            "Read in the assessment which condition is still open, and record the evidence.",
        ),
        Ground(
            "bewijs-verlopen",
            True,
            "Een vergunning, regeling of ander bewijs onder de beoordeling is voorbij of ingetrokken.",
            "A licence, arrangement or other evidence under the assessment has ended or was withdrawn.",
            ("AVG 5 lid 2", "UAVG 33 lid 4 en 5"),
            "Leg een geldig bewijs vast en laat opnieuw beoordelen; tot die tijd gaat er niets door.",
            "Record valid evidence and have it assessed again; nothing passes until then.",
        ),
        Ground(
            "proeftuin-afgelopen",
            True,
            "De proeftuin van deze uitwisselkring is voorbij, gestopt of nog niet begonnen.",
            "The pilot of this circle is over, was stopped, or has not begun.",
            ("AVG 5 lid 1 b en e", "AVG 6"),
            "Lees de evaluatie, en besluit: stoppen, verlengen, of naar de praktijk met een eigen beoordeling.",
            "Read the evaluation, and decide: stop, extend, or go into practice with an assessment of its own.",
        ),
        Ground(
            "herziening-verlopen",
            True,
            "De beoordeling had al herzien moeten zijn.",
            "The review of the assessment is overdue.",
            ("AVG 5 lid 2", "AVG 35 lid 11"),
            "Herzie de beoordeling; tot die tijd gaat er niets door.",
            "Review the assessment; nothing passes until then.",
        ),
        Ground(
            "regels-gewijzigd",
            True,
            "De regels zijn gewijzigd en laten deze uitwisseling niet meer zo toe.",
            "The rules changed and no longer permit this exchange as it is.",
            ("AVG 5 lid 2", "AVG 6"),
            "Laat opnieuw beoordelen met de regels van nu.",
            "Have it assessed again under the rules of now.",
        ),
        Ground(
            "bewaken-niet-beoordeeld",
            True,
            "De beoordeling van deze uitwisselkring staat bewaken niet toe.",
            "The assessment of this circle does not grant watching.",
            ("AVG 5 lid 1 b", "AVG 6"),
            "Bevraag per zaak, of vraag een beoordeling aan waarin bewaken staat.",
            "Check case by case, or ask for an assessment that grants watching.",
        ),
        Ground(
            "kring-zonder-sleutel",
            False,
            "De uitwisselkring is gesloten voor dit soort kenmerk: de sleutel is twee keer verlengd en er is geen nieuwe.",
            "The circle is closed for this type of identifier: its key was prolonged twice and no new one was made.",
            ("AVG 5 lid 1 f", "AVG 32"),
            "Wacht op de sleutelhouders; zodra zij een nieuwe sleutel hebben gemaakt gaat de kring weer open.",
            "Wait for the key holders; the circle opens again as soon as they made a new key.",
        ),
        Ground(
            "soort-buiten-kring",
            True,
            "Deze uitwisselkring wisselt dit soort kenmerk niet uit.",
            "This circle does not exchange this type of identifier.",
            ("AVG 5 lid 1 c",),
            "Gebruik een soort die in de beoordeling staat.",
            "Use a type that is in the assessment.",
        ),
        Ground(
            "doel-past-niet",
            True,
            "Dit doel staat niet in de beoordeling van deze uitwisselkring.",
            "This purpose is not in the assessment of the circle.",
            ("AVG 5 lid 1 b",),
            "Noem een doel van de uitwisselkring, of vraag een nieuwe beoordeling aan.",
            "Name a purpose of the circle, or ask for a new assessment.",
        ),
        Ground(
            "verstrekken-staat-uit",
            True,
            "Deze uitwisselkring verstrekt dit niet.",
            "This circle does not disclose this.",
            ("AVG 5 lid 1 c",),
            "Handel op de treffer zelf, na eigen onderzoek.",
            "Act on the hit itself, after an investigation of your own.",
        ),
        Ground(
            STRANGER,
            False,
            "U doet niet mee in een uitwisselkring met deze naam.",
            "You are in no circle of this name.",
            ("AVG 5 lid 1 f",),
            "Vraag het programmabureau om deel te nemen.",
            "Ask the programme office to take part.",
        ),
        Ground(
            "deelname-buiten-termijn",
            False,
            "De deelname van deze partner is voorbij of nog niet begonnen.",
            "The membership of this party is over, or has not begun.",
            ("AVG 5 lid 1 f",),
            "Vraag het programmabureau om uw deelname te verlengen.",
            "Ask the programme office to extend your membership.",
        ),
        Ground(
            "soort-niet-toegekend",
            False,
            "Deze partner mag dit soort kenmerk niet gebruiken.",
            "This party was not granted this type of identifier.",
            ("AVG 5 lid 1 c",),
            "Vraag dit recht aan bij de uitwisselkring.",
            "Ask the circle for this right.",
        ),
        Ground(
            "gebruik-niet-toegekend",
            False,
            "Deze partner mag dit gebruik niet.",
            "This party was not granted this use.",
            ("AVG 5 lid 1 b",),
            "Vraag dit recht aan bij de uitwisselkring.",
            "Ask the circle for this right.",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Passage:
    """What someone asks the gate: who, in which circle, what for. Names as in the policy snapshot; times in seconds."""

    circle: CircleTerms
    member: MemberTerms
    at: int
    type: str | None = None
    use: str | None = None
    purpose: str | None = None
    disclosure: str | None = None
    closed: bool = False


def decide(passage: Passage) -> Ground | None:
    """The first ground on which the passage is refused, circle before member; None when it may pass."""
    refused = (*_circle_grounds(passage), *_member_grounds(passage))
    code = next((code for holds, code in refused if not holds), None)
    if code == SAYS_NO and passage.circle.assessment is not None:
        return says_no(passage.circle.assessment.articles)
    return GROUNDS[code] if code else None


def says_no(articles: Sequence[str]) -> Ground:
    """The ground of an assessment that says no, by the articles it names (none named: the general one)."""
    general = GROUNDS[SAYS_NO]
    return replace(general, articles=tuple(articles) or general.articles)


def unmet(articles: Sequence[str]) -> Ground:
    """The ground of an assessment with open conditions, by the articles of those."""
    return replace(GROUNDS[UNMET], articles=tuple(dict.fromkeys(articles)))


def require(passage: Passage) -> None:
    """Raises NotPermitted `geen-grondslag` or NotAllowed `geen-recht`, with ground, reason, articles and instead."""
    ground = decide(passage)
    if ground is not None:
        raise ground.error()


def _circle_grounds(passage: Passage) -> tuple[tuple[bool, str], ...]:
    circle, assessment, is_right = passage.circle, passage.circle.assessment, passage.use in RIGHTS
    return (
        (is_right or _covers(circle, passage.at), "kring-buiten-termijn"),
        (is_right or assessment is not None, "geen-beoordeling"),
        (is_right or (assessment is not None and assessment.opens), SAYS_NO),
        (is_right or (assessment is not None and _covers(assessment, passage.at)), "beoordeling-verlopen"),
        (passage.use != WATCH or (assessment is not None and WATCH in assessment.grants), "bewaken-niet-beoordeeld"),
        (passage.type is None or passage.type in circle.types, "soort-buiten-kring"),
        (passage.purpose is None or passage.purpose in circle.purposes, "doel-past-niet"),
        (passage.disclosure in (None, "automatic", "approval"), "verstrekken-staat-uit"),
        (not passage.closed, "kring-zonder-sleutel"),
    )


def _member_grounds(passage: Passage) -> tuple[tuple[bool, str], ...]:
    member = passage.member
    return (
        (_covers(member, passage.at), "deelname-buiten-termijn"),
        (passage.type is None or passage.type in member.types, "soort-niet-toegekend"),
        (passage.use is None or passage.use in member.uses, "gebruik-niet-toegekend"),
    )


def _covers(term: Term, at: int) -> bool:
    return term.from_ <= at < term.until
