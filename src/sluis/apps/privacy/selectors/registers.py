"""The registers of one's own circles: evidence with its end, reviews to come, and law to come that would change an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sluis.apps.partners import selectors as partners
from sluis.apps.privacy.models import Assessment, Evidence, Kind
from sluis.apps.privacy.selectors.kader import rules_in_force
from sluis.core import errors
from sluis.core.law import assessing, facts
from sluis.core.law.assessing import World

SOON: Final = 60 * 86_400
State = Literal["valid", "soon", "over", "withdrawn", "later"]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Evidence that circles of the reader lean on, with its state and the titles of those circles."""

    evidence: Evidence
    state: State
    circles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """When the assessment of a circle is to be reviewed (seconds), and whether that is soon or past."""

    circle: str
    name: str
    review: int
    state: State


@dataclass(frozen=True, slots=True)
class ComingRow:
    """Law to come that would change the answer of a circle: the scenario, and the outcome now and then."""

    circle: str
    scenario: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Registers:
    """What a member reads of its own circles; nothing of circles of others."""

    evidence: tuple[EvidenceRow, ...]
    reviews: tuple[ReviewRow, ...]
    coming: tuple[ComingRow, ...]


def registers(party: bytes, *, at: int) -> Registers:
    """The registers for the organisation with this party id at `at` (seconds). Raises Unavailable `geen-beleid`."""
    sections = partners.snapshot().sections.values()
    titles = {one.circle: one.title for one in sections if any(member.id == party for member in one.members)}
    newest = Assessment.objects.filter(circle__in=titles).order_by("circle", "-version").distinct("circle")
    held = [(titles[bytes(one.circle)], one) for one in newest]
    return Registers(
        tuple(_evidence(held, at)),
        tuple(ReviewRow(title, one.name, one.review, _state(one.starts, one.review, at)) for title, one in held),
        tuple(row for title, one in held for row in _coming(title, one)),
    )


def _evidence(held: list[tuple[str, Assessment]], at: int) -> Iterator[EvidenceRow]:
    leaning: dict[str, list[str]] = {}
    for title, one in held:
        for name in dict.fromkeys(one.met.values()):
            leaning.setdefault(name, []).append(title)
    for row in Evidence.objects.filter(name__in=leaning).order_by("ends", "name"):
        state: State = "withdrawn" if row.withdrawn is not None else _state(row.starts, row.lasts_until(), at)
        yield EvidenceRow(row, state, tuple(leaning[row.name]))


def _state(starts: int, ends: int | None, at: int) -> State:
    if at < starts:
        return "later"
    if ends is None or ends - at > SOON:
        return "valid"
    return "soon" if ends > at else "over"


def _coming(title: str, row: Assessment) -> Iterator[ComingRow]:
    rules = rules_in_force()
    for scenario in rules.scenarios():
        then = _outcome(row, World(frozenset({scenario})))
        if then is not None and then != row.outcome:
            yield ComingRow(title, scenario, row.outcome, then)


def _outcome(row: Assessment, world: World) -> str | None:
    rules = rules_in_force()
    try:
        asked = [facts.read(one, rules.words) for one in row.exchanges]
    except errors.Malformed:
        return None
    return assessing.worst([assessing.assess(one, rules, world=world) for one in asked]).outcome


def evidence_of(organisation: str, *, at: int) -> list[Evidence]:
    """Evidence to which the organisation of this name is party and that counts at `at` (seconds), by title."""
    rows = Evidence.objects.filter(parties__contains=[organisation], withdrawn=None, starts__lte=at)
    return [one for one in rows.order_by("title", "name") if one.ends is None or one.ends > at]


def evidence_kinds() -> list[tuple[str, str]]:
    """What a document may be: code and words in the reader's language."""
    return [(one.value, str(one.label)) for one in Kind]
