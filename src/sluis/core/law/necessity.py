"""The record of necessity and proportionality of an exchange: its parts, the bounds it states, and what lies outside them.

Sources: AVG 35 lid 7 (what a DPIA holds), 35 lid 11 (review when the risk changes), 6 lid 1 f (balancing). That a measured
value outside a stated bound is such a change is our reading of 35 lid 11 (inferred).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import msgspec
import yaml

from sluis.core import packaged
from sluis.core.errors import Fault

SHORTEST, LONGEST = 10, 4_000
MOST_DAYS: Final = 730
# Hits with an outcome from which a share says something; below it a share is not judged.
ENOUGH: Final = 20
HIGHEST: Final = {"percent": 100, "count": 10_000}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the record in Dutch and English, with its article."""

    nl: str
    en: str
    article: str


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value that Sluis measures itself; `side` says whether a bound on it is the most or the least that may be."""

    nl: str
    en: str
    unit: Literal["percent", "count"]
    side: Literal["most", "least"]


class Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a DPIA and of a balancing of interests, and the measures, by code."""

    version: str
    dpia: dict[str, Part]
    balancing: dict[str, Part]
    measures: dict[str, Measure]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted of one exchange over a period: hits that partners gave an outcome of, those that proved wrong, those
    that led to a measure, and disputes that were upheld."""

    told: int
    wrong: int
    acted: int
    upheld: int

    def values(self) -> dict[str, int]:
        """Value by measure, percents rounded down; a share of fewer than 20 hits is left out."""
        shares = {"wrong": self.wrong, "acted": self.acted} if self.told >= ENOUGH else {}
        return {name: 100 * count // self.told for name, count in shares.items()} | {"upheld": self.upheld}


@dataclass(frozen=True, slots=True)
class Outside:
    """A measured value that lies outside the bound that was stated on it."""

    measure: str
    value: int
    bound: int


@dataclass(frozen=True, slots=True)
class Texts:
    """What somebody writes down: a text by part, a bound by measure, and the days until it is looked at again."""

    dpia: Mapping[str, str]
    balancing: Mapping[str, str]
    bounds: Mapping[str, int]
    review_days: int


@lru_cache(maxsize=1)
def parts() -> Parts:
    """The parts and measures as shipped."""
    return msgspec.convert(yaml.safe_load(packaged.read("sluis.core.law", "necessity-0.1.yaml")), Parts)


def outside(bounds: Mapping[str, int], values: Mapping[str, int]) -> tuple[Outside, ...]:
    """What of `values` lies outside `bounds`, in the order of the measures. A value equal to its bound lies within it."""
    return tuple(_outside(bounds, values))


def _outside(bounds: Mapping[str, int], values: Mapping[str, int]) -> Iterator[Outside]:
    for name, measure in parts().measures.items():
        if name not in bounds or name not in values:
            continue
        value, bound = values[name], bounds[name]
        if value > bound if measure.side == "most" else value < bound:
            yield Outside(name, value, bound)


def faults(given: Texts) -> tuple[Fault, ...]:
    """All that is wrong with what was written. A DPIA is whole; a balancing is whole or left out; a bound is stated."""
    return tuple(_faults(given))


def _faults(given: Texts) -> Iterator[Fault]:
    known = parts()
    yield from _texts("dpia", given.dpia, known.dpia)
    if any(map(str.strip, given.balancing.values())):
        yield from _texts("balancing", given.balancing, known.balancing)
    if not given.bounds:
        yield Fault("bounds", "grens-ontbreekt", "State at least one bound that can be measured.")
    for name, bound in given.bounds.items():
        if name not in known.measures:
            yield Fault("bounds", "onbekende-maat", f"A measure is one of {', '.join(known.measures)}.")
        elif not 0 <= bound <= HIGHEST[known.measures[name].unit]:
            yield Fault(f"bounds.{name}", "onjuiste-grens", f"From 0 to {HIGHEST[known.measures[name].unit]}.")
    if not 1 <= given.review_days <= MOST_DAYS:
        yield Fault("review_days", "onjuiste-termijn", f"From 1 to {MOST_DAYS} days.")


def _texts(where: str, given: Mapping[str, str], known: Mapping[str, Part]) -> Iterator[Fault]:
    for code in known:
        if not SHORTEST <= len(given.get(code, "").strip()) <= LONGEST:
            yield Fault(f"{where}.{code}", "deel-ontbreekt", f"Write this in {SHORTEST} to {LONGEST} signs.")
    if set(given) - set(known):
        yield Fault(where, "onbekend-deel", f"Parts are {', '.join(known)}.")
