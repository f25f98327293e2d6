"""Rules of closed groups, without the database: who may do what, words and digests, audiences, when enough agreed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sluis.apps.consent.models import Marking, Scope
from sluis.apps.partners.selectors import Acting, Role
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.encodings import document, label, sha256
from sluis.core.identifiers import normalise

DAY: Final = 86_400
UNANIMOUS: Final = "alle"
RULES: Final = (UNANIMOUS, "twee_derde", "meerderheid")
TERM: Final = 14
LONGEST: Final = 60
TITLE: Final = 200
TEXT: Final = 50_000
REASON: Final = 2_000

WRITERS: Final = frozenset({Role.ANALYST, Role.DATA_OFFICER, Role.PRIVACY_OFFICER})
DECIDERS: Final = frozenset({Role.DATA_OFFICER, Role.PRIVACY_OFFICER})
READERS: Final = WRITERS | {Role.OBSERVER}
# Whoever steers, supervises, audits or runs sees that something waits. An organisation's own sees that of its own groups.
EVERYWHERE: Final = frozenset({Role.CORE_GROUP, Role.PROGRAMME_OFFICE, Role.SUPERVISOR, Role.OPERATOR})
OWN_GROUPS: Final = frozenset({Role.ORG_ADMIN, Role.AUDITOR})
OPERATORS: Final = frozenset({Role.OPERATOR})

# To whom a marking lets a text go. RED and binnenskamers let it go nowhere. Source: FIRST, TLP 2.0.
_COMMUNITY: Final = frozenset({Scope.ORGANISATIONS, Scope.SECTOR, Scope.PARTNERS})
ALLOWED: Final[Mapping[str, frozenset[Scope]]] = {
    Marking.CLEAR: frozenset(Scope),
    Marking.GREEN: _COMMUNITY,
    Marking.AMBER: frozenset({Scope.ORGANISATIONS}),
    Marking.AMBER_STRICT: frozenset({Scope.ORGANISATIONS}),
    Marking.RED: frozenset(),
    Marking.INSIDE: frozenset(),
}
# Where an account or a mobile number may begin in running text, and how many signs it has without what parts them.
_BEGINS: Final = {"iban": re.compile(r"\b[A-Za-z]{2}\d{2}"), "phone": re.compile(r"(?<!\d)(?:\+31|0031|0)[ -]?6")}
_LENGTHS: Final = {"iban": range(15, 35), "phone": range(10, 14)}
_LONGEST_WRITTEN: Final = 64
WIDTH: Final = {scope: width for width, scope in enumerate(Scope.values)}


def require(acting: Acting, roles: Iterable[str]) -> None:
    """Raises NotAllowed `geen-recht` when who acts has none of these roles."""
    if acting.role not in set(roles):
        raise errors.NotAllowed("This role does not carry this right in a closed group.")


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom something goes, fixed: named organisations (party ids of 16 octets), one sector, all partners, or everybody."""

    scope: str
    parties: frozenset[bytes] = frozenset()
    sector: str = ""

    def hexed(self) -> list[str]:
        """The named organisations in hexadecimal, in order."""
        return sorted(one.hex() for one in self.parties)

    def reaches(self, party: bytes, sector: str | None) -> bool:
        """Whether the organisation with this id and sector (None: no partner) is in it."""
        return {
            Scope.ORGANISATIONS.value: party in self.parties,
            Scope.SECTOR.value: sector is not None and sector == self.sector,
            Scope.PARTNERS.value: sector is not None,
            Scope.PUBLIC.value: True,
        }[self.scope]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a person wrote, in canonical form: NFC, one newline sign, no spaces at line ends or around it."""

    title: str
    text: str
    marking: str

    @classmethod
    def of(cls, title: str, text: str, marking: str) -> Wording:
        """The canonical wording of what was typed. Raises Malformed `stuk-onjuist` with every fault."""
        made = cls(" ".join(plain(title).split()), plain(text), marking)
        faults = tuple(made.faults())
        if faults:
            raise errors.Malformed("This text cannot be kept.", code="stuk-onjuist", faults=faults)
        return made

    def faults(self) -> Iterator[Fault]:
        """Everything that is wrong with it."""
        if not 0 < len(self.title) <= TITLE:
            yield Fault("title", "lengte", "Give a title of at most 200 characters.")
        if not 0 < len(self.text) <= TEXT:
            yield Fault("text", "lengte", "Give a text of at most 50,000 characters.")
        if self.marking not in Marking.values:
            yield Fault("marking", "onbekende-markering", "Choose one of the markings.")
        if names_somebody(f"{self.title}\n{self.text}"):
            yield Fault("text", "kenmerk-in-tekst", "Leave out the account or mobile number: it belongs at the koppelpunt.")

    def digest(self) -> str:
        """SHA-256 of the canonical wording, hexadecimal."""
        words = {"marking": self.marking, "text": self.text, "title": self.title}
        return sha256(label("consent text"), document(words)).hex()


def names_somebody(text: str) -> bool:
    """Whether a valid account (IBAN) or Dutch mobile number stands in running text. Others, such as a help desk's, may."""
    return any(_is_one(kind, text[hit.start() :]) for kind, begins in _BEGINS.items() for hit in begins.finditer(text))


def _is_one(kind: str, text: str) -> bool:
    written = re.sub(r"[ .\-()]", "", text[:_LONGEST_WRITTEN].split("\n", maxsplit=1)[0])
    return any(_parses(kind, written[:length]) for length in _LENGTHS[kind] if length <= len(written))


def _parses(kind: str, text: str) -> bool:
    try:
        normalise.parse(kind, text, region="NL")
    except errors.Malformed:
        return False
    return True


def plain(text: str) -> str:
    """Text in canonical form: NFC, one newline sign, no spaces at line ends or around it."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def reason(text: str) -> str:
    """A reason or comment as it is kept. Raises Malformed `geen-reden` for none, or one above 2,000 characters, and
    `kenmerk-in-tekst` when it has an account or mobile number.
    """
    given = plain(text)
    if not 0 < len(given) <= REASON:
        raise errors.Malformed("Give a reason of at most 2,000 characters.", code="geen-reden")
    if names_somebody(given):
        raise errors.Malformed("Leave out the account or mobile number.", code="kenmerk-in-tekst")
    return given


def release_digest(wording: Wording, audience: Audience) -> str:
    """What a contributor agrees to: SHA-256 over words, the marking under which they go out, and the audience; hexadecimal."""
    whom = {"parties": audience.hexed(), "scope": audience.scope, "sector": audience.sector}
    return sha256(label("consent release"), bytes.fromhex(wording.digest()), document(whom)).hex()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a canonical text, which empty lines part."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def check_audience(audience: Audience, marking: str, *, sectors: Mapping[bytes, str]) -> None:
    """Raises Malformed `publiek-onjuist` for an audience that names nobody or a stranger, and `markering-past-niet` where the
    marking does not let the text go that far. `sectors` are those of all partners.
    """
    named = {
        Scope.ORGANISATIONS.value: bool(audience.parties) and audience.parties <= sectors.keys(),
        Scope.SECTOR.value: audience.sector in set(sectors.values()),
    }
    extra = (audience.parties and audience.scope != Scope.ORGANISATIONS) or (audience.sector and audience.scope != Scope.SECTOR)
    if audience.scope not in Scope.values or extra or not named.get(audience.scope, True):
        raise errors.Malformed("This audience names nobody, or somebody unknown.", code="publiek-onjuist")
    if audience.scope not in ALLOWED.get(marking, frozenset()):
        raise errors.Malformed("This marking does not let a text go to this audience.", code="markering-past-niet")


def days(number: int) -> int:
    """A term in days. Raises Malformed `termijn-onjuist` outside 1 to 60."""
    if not 1 <= number <= LONGEST:
        raise errors.Malformed("A term is 1 to 60 days.", code="termijn-onjuist")
    return number


def is_unusual(audience: Audience, before: Iterable[Audience]) -> bool:
    """Whether this group never let anything go to so wide an audience: a wider kind, another sector, an organisation more."""
    earlier = list(before)
    if any(WIDTH[one.scope] > WIDTH[audience.scope] for one in earlier):
        return False
    same = [one for one in earlier if one.scope == audience.scope]
    if audience.scope == Scope.ORGANISATIONS:
        return not audience.parties <= frozenset().union(*(one.parties for one in same))
    return audience not in same


def may_go(rule: str, *, asked: int, yes: int) -> bool:
    """Whether enough of `asked` contributors said yes under this rule. Of nobody asked, never."""
    enough = {"alle": yes >= asked, "twee_derde": yes * 3 >= asked * 2, "meerderheid": yes * 2 > asked}
    return asked > 0 and enough[rule]


def can_still_go(rule: str, *, asked: int, no: int) -> bool:
    """Whether it could still come to enough when everybody who did not say no says yes."""
    return may_go(rule, asked=asked, yes=asked - no)
