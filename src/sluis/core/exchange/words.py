"""The small numbers of the protocol. Source: `docs/reference/protocol.md`, Notation."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from sluis.core import errors

# What an assessment may answer that opens the legal gate.
POSSIBLE: Final = "mogelijk"
OPENING: Final = frozenset({POSSIBLE, "mogelijk_onder_voorwaarden"})


class _Word(IntEnum):
    @property
    def label(self) -> str:
        """The name in documents and commands."""
        return self.name.lower().replace("_", "-")


class Use(_Word):
    """What an evaluation is for: declared, signed, budgeted and logged."""

    PUBLISH = 1
    CHECK = 2
    WATCH = 3
    REPUBLISH = 4
    INZAGE = 5
    DISPUTE = 6


class Grade(_Word):
    """How well a signal is established; A is the best."""

    A = 1
    B = 2
    C = 3
    D = 4


class Origin(_Word):
    """Where a signal comes from: an own case, or a hit on another's signal (never counted)."""

    OWN = 1
    HIT = 2


class Kind(_Word):
    """A fraud signal, or the word of the dispute body that a tag is cleared."""

    FRAUD = 1
    CLEARED = 2


class Advice(_Word):
    """What the publisher advises a receiver, from mild to strict."""

    INFORM = 1
    WARN = 2
    STEP_UP = 3
    HOLD = 4
    REFUSE = 5


def grade_named(name: str) -> Grade:
    """The grade A, B, C or D. Raises Malformed `onbekende-bewijsgraad`."""
    try:
        return Grade[name.upper()]
    except KeyError:
        raise errors.Malformed("A grade is A, B, C or D.", code="onbekende-bewijsgraad") from None


def advice_named(name: str) -> Advice:
    """The advice of that name. Raises Malformed `onbekend-advies`."""
    try:
        return Advice[name.upper().replace("-", "_")]
    except KeyError:
        known = ", ".join(advice.label for advice in Advice)
        raise errors.Malformed(f"An advice is one of {known}.", code="onbekend-advies") from None
