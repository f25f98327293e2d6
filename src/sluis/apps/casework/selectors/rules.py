"""Rules of the room without the database: what may be written, who scores, how a ranking is made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sluis.apps.consent.selectors import rules as consent
from sluis.apps.partners.selectors import Role
from sluis.core import errors
from sluis.core.errors import Fault

READERS: Final = consent.READERS
WRITERS: Final = consent.WRITERS
DECIDERS: Final = consent.DECIDERS
# Who sees that something waits, and no word of it.
STEERING: Final = frozenset({Role.PROGRAMME_OFFICE, Role.CORE_GROUP})
TITLE: Final = 200
TEXT: Final = 20_000
LINE: Final = 500
# Below this number of people an average would tell what one of them said.
FEWEST: Final = 3


@dataclass(frozen=True, slots=True, repr=False)
class Words:
    """One text that somebody typed, and the most signs it may have. `needed`: it may not be empty."""

    typed: str
    most: int = TEXT
    needed: bool = True

    def faults(self, where: str) -> Iterator[Fault]:
        """Everything that is wrong with it."""
        plain = consent.plain(self.typed)
        if len(plain) > self.most or (self.needed and not plain):
            yield Fault(where, "lengte", f"Fill this in, with at most {self.most} signs.")
        if consent.names_somebody(plain):
            yield Fault(where, "kenmerk-in-tekst", "Leave out the account or mobile number: it belongs at the koppelpunt.")


def written(given: Mapping[str, Words], *, more: tuple[Fault, ...] = ()) -> dict[str, str]:
    """What was typed, field by field, in canonical form; a title or line on one line.

    Raises Malformed `tekst-onjuist` with every fault at once, and with those that the caller found (`more`).
    """
    faults = (*more, *(fault for where, words in given.items() for fault in words.faults(where)))
    if faults:
        raise errors.Malformed("What was filled in does not hold.", code="tekst-onjuist", faults=faults)
    return {where: _kept(words) for where, words in given.items()}


def _kept(words: Words) -> str:
    plain = consent.plain(words.typed)
    return plain if words.most > LINE else " ".join(plain.split())


@dataclass(frozen=True, slots=True)
class Averages:
    """What people together think of an entry: how many, and the averages of 1 to 5."""

    people: int
    effect: float
    feasibility: float
    urgency: float

    @property
    def total(self) -> float:
        """The sum of the three averages, 3 to 15: what the ranking goes by."""
        return self.effect + self.feasibility + self.urgency
