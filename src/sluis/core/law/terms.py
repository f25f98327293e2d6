"""The rights of a data subject as data: term, extension, grounds to refuse, where to complain; and the clock of a request.

Days are since 1970. Each entry says whether it is law or our design, and whether it was read in a source (`verified`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import msgspec
import yaml

from sluis.core import errors, packaged

RightId = Literal["inzage", "rectificatie", "wissing", "beperking", "bezwaar"]
RefusalId = Literal[
    "lopend-onderzoek",
    "rechten-van-anderen",
    "wettelijk-verbod",
    "gegevens-kloppen",
    "zwaarder-belang",
    "wettelijke-plicht",
    "rechtsvordering",
    "ongegrond-of-buitensporig",
]
ExtensionId = Literal["ingewikkeld", "veel-verzoeken"]
Kind = Literal["law", "design"]
Confidence = Literal["verified", "inferred"]
# By these a signal is contested: it is suspended at once and a person decides.
CONTESTING: Final = frozenset({"rectificatie", "wissing", "beperking", "bezwaar"})


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Within how many days a request is answered, and by how many more that may be extended, told within the first."""

    article: str
    days: int
    extend_days: int
    kind: Kind
    confidence: Confidence


class Right(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One right, with its article and its name in two languages."""

    id: RightId
    article: str
    nl: str
    en: str
    kind: Kind
    confidence: Confidence


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On which ground which rights may be refused, in words for the person."""

    id: RefusalId
    article: str
    rights: tuple[RightId, ...]
    nl: str
    en: str
    kind: Kind
    confidence: Confidence


class Extension(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an answer takes longer, in words for the person."""

    id: ExtensionId
    nl: str
    en: str


class Complaint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where else than to the AP a person can go, by the sector of the controller; no sectors: every other."""

    sectors: tuple[str, ...]
    article: str
    nl: str
    en: str


class Designed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Our own figures: days before the term to remind, days a code counts, tries a code, codes a request, days kept."""

    kind: Kind
    remind_days: int
    proof_days: int
    proof_attempts: int
    proof_codes: int
    keep_days: int


class Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it, as packaged."""

    version: str
    compiled: str
    terms: Terms
    rights: tuple[Right, ...]
    refusals: tuple[Refusal, ...]
    extensions: tuple[Extension, ...]
    complaints: tuple[Complaint, ...]
    design: Designed


@cache
def book() -> Book:
    """The packaged version."""
    return msgspec.convert(yaml.safe_load(packaged.read("sluis.core.law", "rights-0.1.yaml")), Book)


def right(identity: str) -> Right:
    """The right of this name. Raises Malformed `onbekend-recht`."""
    found = next((one for one in book().rights if one.id == identity), None)
    if found is None:
        known = ", ".join(one.id for one in book().rights)
        raise errors.Malformed(f"A right is one of {known}.", code="onbekend-recht")
    return found


def refusal(identity: str, *, of: str) -> Refusal:
    """The ground to refuse this right. Raises Malformed `geen-weigeringsgrond` when the law names none such for it."""
    found = next((one for one in book().refusals if one.id == identity and of in one.rights), None)
    if found is None:
        known = ", ".join(one.id for one in book().refusals if of in one.rights)
        raise errors.Malformed(f"This right is refused on one of {known}.", code="geen-weigeringsgrond")
    return found


def extension(identity: str) -> Extension:
    """The reason to extend. Raises Malformed `geen-verlengingsgrond`."""
    found = next((one for one in book().extensions if one.id == identity), None)
    if found is None:
        raise errors.Malformed("Say why the answer takes longer.", code="geen-verlengingsgrond")
    return found


def complaint(sector: str) -> Complaint:
    """Where a person can complain about a controller of this sector, besides the AP."""
    return next(one for one in book().complaints if sector in one.sectors or not one.sectors)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a request stands in time: last day to answer, days left (negative: too late), and whether to remind of it."""

    due: int
    left: int

    @property
    def is_late(self) -> bool:
        """Whether the term is over."""
        return self.left < 0

    @property
    def is_near(self) -> bool:
        """Whether the term is over, or ends within the days of the reminder."""
        return self.left <= book().design.remind_days


def due(received: int, *, extended: bool) -> int:
    """The last day to answer what was received on a day."""
    terms = book().terms
    return received + terms.days + (terms.extend_days if extended else 0)


def clock(due_day: int, *, today: int) -> Clock:
    """How a term stands today."""
    return Clock(due_day, due_day - today)


def require_extendable(received: int, *, today: int, extended: bool) -> None:
    """Raises Conflict `al-verlengd` the second time, `termijn-voorbij` after the first term: it can be told no more."""
    if extended:
        raise errors.Conflict("A term is extended once.", code="al-verlengd")
    if today > due(received, extended=False):
        raise errors.Conflict("An extension is told within the first term, and that is over.", code="termijn-voorbij")
