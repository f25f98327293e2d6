"""A dated trial of one circle: what it should show, when it stops by itself, and what its counts say of that.

Only counts of a whole circle come in; nothing here knows a member. Bounds and shares are whole numbers, shares in percent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from sluis.core import errors
from sluis.core.errors import Fault

DAY: Final = 86_400
LONGEST: Final = 366 * DAY
# A share of fewer is chance: one wrong hit of two would stop every pilot in its first hour.
LEAST: Final = 10
# Counts below this are not shown: who knows the circle would know of whom they are.
SMALL: Final = 5

SYNTHETIC, LIVE = "verzonnen", "echt"
SHARE_WRONG, DISPUTES, NO_HITS = "aandeel-onterecht", "betwistingen", "geen-treffer"
MEASURES, SHARE_MEASURES, WITHIN_HOUR = "maatregelen", "aandeel-maatregel", "binnen-een-uur"


class Phase(StrEnum):
    """How a pilot stands at a moment."""

    PROPOSED = "voorgesteld"
    DECLINED = "niet-doorgegaan"
    PLANNED = "gepland"
    RUNNING = "loopt"
    OVER = "afgelopen"
    STOPPED = "gestopt"
    PRACTICE = "naar-praktijk"


class State(StrEnum):
    """What people decided of a pilot so far, as it is kept; the clock makes a phase of it."""

    PROPOSED = "voorgesteld"
    DECLINED = "afgewezen"
    CONFIRMED = "bevestigd"
    ENDED = "afgelopen"
    DECIDED = "besloten"


class Decision(StrEnum):
    """What was decided after, or of, a pilot; none is the empty text."""

    NONE = ""
    EXTENDED = "verlengd"
    STOP = "stoppen"
    PRACTICE = "praktijk"


class Bound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measure with a number: of what should be reached at least, or at which a pilot stops. Of `geen-treffer` it is the
    moment (seconds) by which there must be one."""

    measure: str
    bound: int


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pilot as proposed: a name that others may read, what should be better, by how much, from `starts` until `ends`
    (seconds), and when it stops by itself."""

    title: str
    hypothesis: str
    kind: str
    starts: int
    ends: int
    goal: Bound
    criteria: tuple[Bound, ...]


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The counts of one circle over a time: signals shared, questions, contexts disclosed (the hits that the hub knows of),
    feedback on hits, of which led to a measure, of those within an hour, and turned out wrong; disputes, and those upheld;
    questions refused."""

    signals: int = 0
    questions: int = 0
    contexts: int = 0
    feedback: int = 0
    measures: int = 0
    quick: int = 0
    wrong: int = 0
    disputes: int = 0
    upheld: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What a phase depends on: state, decision, from when until when (seconds), and until when a proposal waits."""

    state: str
    decision: str
    starts: int
    ends: int
    until: int


_DECIDED: Final[Mapping[str, Phase]] = {Decision.STOP: Phase.STOPPED, Decision.PRACTICE: Phase.PRACTICE}
# Measure of a stop criterion -> its lowest and highest bound; of a goal likewise. `geen-treffer` is bounded by the term.
STOPS: Final[Mapping[str, tuple[int, int]]] = {SHARE_WRONG: (1, 99), DISPUTES: (0, 10_000)}
GOALS: Final[Mapping[str, tuple[int, int]]] = {MEASURES: (1, 1_000_000), SHARE_MEASURES: (1, 100), WITHIN_HOUR: (1, 100)}


def phase(one: Standing, at: int) -> Phase:
    """How a pilot stands at `at` (seconds). It is over on the second of its end, whether or not anything noticed."""
    match State(one.state):
        case State.PROPOSED:
            return Phase.PROPOSED if at < one.until else Phase.DECLINED
        case State.DECLINED:
            return Phase.DECLINED
        case State.DECIDED:
            return _DECIDED[one.decision]
        case State.ENDED:
            return Phase.OVER
        case State.CONFIRMED:
            return _by_the_clock(one, at)


def _by_the_clock(one: Standing, at: int) -> Phase:
    if at < one.starts:
        return Phase.PLANNED
    return Phase.RUNNING if at < one.ends else Phase.OVER


def share(part: int, whole: int) -> int:
    """Percent, rounded down; 0 of nothing."""
    return part * 100 // whole if whole else 0


def reached(criteria: Sequence[Bound], counts: Counts, *, at: int) -> Bound | None:
    """The first stop criterion that is met at `at` (seconds), or None. A share counts from 10 feedbacks on."""
    return next((one for one in criteria if _MET[one.measure](one.bound, counts, at)), None)


_MET: Final[Mapping[str, Callable[[int, Counts, int], bool]]] = {
    SHARE_WRONG: lambda bound, found, _at: found.feedback >= LEAST and found.wrong * 100 > bound * found.feedback,
    DISPUTES: lambda bound, found, _at: found.disputes > bound,
    NO_HITS: lambda bound, found, at: at >= bound and not found.contexts and not found.feedback,
}


def goal_value(measure: str, counts: Counts) -> int:
    """What the counts say of the measure of a goal."""
    match measure:
        case "aandeel-maatregel":
            return share(counts.measures, counts.feedback)
        case "binnen-een-uur":
            return share(counts.quick, counts.measures)
        case _:
            return counts.measures


def shown(number: int) -> int | None:
    """A count as it may be shown: None for 1 to 4, which is `SMALL` and fewer."""
    return None if 0 < number < SMALL else number


def require(plan: Plan, *, at: int) -> None:
    """Raises Malformed `proeftuin-onjuist` with every fault of a plan that is proposed at `at` (seconds)."""
    faults = (*_of_words(plan), *_of_term(plan, at), *_of_bounds(plan))
    if faults:
        raise errors.Malformed("The pilot does not read.", code="proeftuin-onjuist", faults=faults)


def _of_words(plan: Plan) -> Iterator[Fault]:
    if not 5 <= len(plan.title.strip()) <= 120:
        yield Fault("title", "titel-lengte", "Give a title of 5 to 120 signs.")
    if not 30 <= len(plan.hypothesis.strip()) <= 2000:
        yield Fault("hypothesis", "hypothese-lengte", "Say in 30 to 2000 signs what should be better.")
    if plan.kind not in (SYNTHETIC, LIVE):
        yield Fault("kind", "onbekende-soort", f"A pilot is {SYNTHETIC} or {LIVE}.")


def _of_term(plan: Plan, at: int) -> Iterator[Fault]:
    if plan.ends <= max(plan.starts, at):
        yield Fault("ends", "einde-te-vroeg", "A pilot ends after it begins, and after now.")
    elif plan.ends - plan.starts > LONGEST:
        yield Fault("ends", "te-lang", "A pilot lasts a year at most.")


def _of_bounds(plan: Plan) -> Iterator[Fault]:
    if not _is_within(plan.goal, GOALS):
        yield Fault("goal", "doel-onjuist", "Choose what to measure, and a number that can be reached.")
    if not plan.criteria:
        yield Fault("criteria", "geen-criterium", "Name at least one criterion that stops the pilot.")
    if len({one.measure for one in plan.criteria}) < len(plan.criteria):
        yield Fault("criteria", "dubbel", "Name each criterion once.")
    stops = {**STOPS, NO_HITS: (plan.starts + 1, plan.ends)}
    if not all(_is_within(one, stops) for one in plan.criteria):
        yield Fault("criteria", "criterium-onjuist", "Give each criterion a bound within its range and the pilot's term.")


def _is_within(one: Bound, known: Mapping[str, tuple[int, int]]) -> bool:
    lowest, highest = known.get(one.measure, (1, 0))
    return lowest <= one.bound <= highest
