"""The six stages of a case, in their order, and what each asks for before its gate. Source: R-JUR-03 (jaarbericht 2023)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

DOCUMENT, ASSESSMENT, ADVICE, DECISION, PILOT = "document", "beoordeling", "advies", "besluit", "proeftuin"
LEGAL, DIRECTIONS, TESTING, LAST = 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: its number from 1, its code, and what is needed: of each set at least one piece of evidence."""

    number: int
    code: str
    needs: tuple[frozenset[str], ...]

    def lacks(self, kinds: Iterable[str]) -> tuple[frozenset[str], ...]:
        """What is needed still, when evidence of these kinds is there."""
        there = frozenset(kinds)
        return tuple(one for one in self.needs if not one & there)


STAGES: Final = (
    Stage(1, "analyse", (frozenset({DOCUMENT}),)),
    Stage(2, "effectiviteit", (frozenset({DOCUMENT}),)),
    Stage(LEGAL, "juridisch", (frozenset({ASSESSMENT}), frozenset({ADVICE}))),
    Stage(DIRECTIONS, "oplossing", (frozenset({DECISION}),)),
    Stage(TESTING, "toetsen", (frozenset({DOCUMENT, PILOT}),)),
    Stage(LAST, "invoeren", (frozenset({DOCUMENT}),)),
)


def stage_of(number: int) -> Stage:
    """The stage with this number, 1 to 6."""
    return STAGES[number - 1]
