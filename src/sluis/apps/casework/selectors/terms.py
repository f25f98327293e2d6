"""Terms of the expert group. Nobody fixed them: they are our proposal, and the pages say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

DAY: Final = 86_400
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Term:
    """So many days, working days (Monday to Friday) or all of them, from when a question was asked."""

    days: int
    working: bool

    def due(self, since: int) -> int:
        """When the term is over that began at `since`, in seconds."""
        return _working(since, self.days) if self.working else since + self.days * DAY


TRIAGE: Final = Term(5, working=True)
ANSWER: Final = Term(30, working=False)
# The state of a question -> the term that runs in it.
RUNNING: Final = {"gesteld": TRIAGE, "behandeling": ANSWER}


def due_of(state: str, asked: int) -> int | None:
    """When what is next is due of a question in this state; None when nothing is."""
    return RUNNING[state].due(asked) if state in RUNNING else None


def _working(since: int, days: int) -> int:
    day = datetime.fromtimestamp(since, UTC)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() <= _FRIDAY
    return int(day.timestamp())
