"""How often a holder looks at the hub: every second after something happened, ever slower while nothing does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

QUICK: Final = 1.0
CALM: Final = 5.0
_SLOWER: Final = 1.25


@dataclass(slots=True)
class Pace:
    """The pause before the next look, in seconds, shared by all that a holder does: news of one makes all look soon."""

    pause: float = QUICK

    def after(self, *, news: bool) -> float:
        """The pause after a look: `QUICK` when it found something, else a quarter longer than before, up to `CALM`."""
        self.pause = QUICK if news else min(CALM, self.pause * _SLOWER)
        return self.pause
