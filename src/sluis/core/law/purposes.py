"""Which legal purposes the purposes of circles are: what is shared for one may not be opened for another.

Source: AVG 5 lid 1 b; the words on the right are those of the rules of the privacykader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

PREVENTION: Final = "fraude-voorkomen"
INVESTIGATION: Final = "opsporing"
VICTIM_HELP: Final = "slachtofferhulp"
TRIAL: Final = "onderzoek-proeftuin"
# Purpose of a circle -> what the facts of its assessment say it is for.
LEGAL: Final[Mapping[str, frozenset[str]]] = {
    PREVENTION: frozenset({"prevent_fraud", "stop_payment", "warn_potential_victims", "cyber_resilience"}),
    INVESTIGATION: frozenset({"investigate"}),
    VICTIM_HELP: frozenset({"victim_support"}),
}
# Never renumbered: records keep these.
_BITS: Final[Mapping[str, int]] = {PREVENTION: 1, INVESTIGATION: 2, VICTIM_HELP: 4, TRIAL: 8}


def is_assessed(purpose: str, exchanges: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an exchange for this purpose was assessed: by one direction at least. A trial is of whatever was assessed for it;
    a purpose that is not listed here was assessed by nobody."""
    if purpose == TRIAL:
        return True
    return any(one.get("purpose") in LEGAL.get(purpose, frozenset()) for one in exchanges)


def mask(granted: Iterable[str]) -> int:
    """Purposes in 4 bits, as a record keeps them; one of another name has none, for nothing is opened for it."""
    return sum(_BITS.get(one, 0) for one in frozenset(granted))


def is_granted(purpose: str, kept: int | None) -> bool:
    """Whether what was shared for the purposes in `kept` (as `mask`) may be opened for `purpose`. None: shared before purposes
    were kept with it, and then the circle's own purposes are the bound."""
    return kept is None or bool(kept & _BITS.get(purpose, 0))
