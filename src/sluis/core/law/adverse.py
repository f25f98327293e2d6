"""No measure against somebody by a machine alone: a person of the organisation saw the grounds, agreed, and says why.

Source: AVG 22, UAVG 40 (inferred: not read again). What stays on the premises is `Review`; a hit carries `HUMAN_MUST_DECIDE`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, get_args

import msgspec

from sluis.core import errors
from sluis.core.errors import Fault

ARTICLES: Final = ("AVG 22", "UAVG 40")
# Measures that keep something from a person. To warn a customer keeps nothing from anybody.
ADVERSE: Final = frozenset({"betaling-aangehouden", "betaling-geweigerd", "levering-gestopt", "account-geblokkeerd"})
HUMAN_MUST_DECIDE: Final = True
SHORTEST: Final = 10
LONGEST: Final = 500
Seen = Literal["treffer", "context", "eigen-onderzoek", "klant-gehoord"]
Opinion = Literal["akkoord", "niet-akkoord"]


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who looked (a person's name), what that person saw, whether the measure is right, and why (10 to 500 signs).

    The reason may name people: it is kept sealed on the premises and told to nobody.
    """

    reviewer: str
    saw: tuple[Seen, ...]
    outcome: Opinion
    reason: str

    def __repr__(self) -> str:
        return f"<review {self.outcome}>"


def require_review(measure: str, review: Review | None) -> None:
    """Lets a measure be recorded. Raises NotPermitted `geen-menselijke-toets`, with reason, articles and every fault, when the
    measure is adverse and no person reviewed it, or not wholly, or did not agree.
    """
    if measure not in ADVERSE:
        return
    faults = tuple(_faults(review)) if review else (Fault("review", "ontbreekt", "Name who reviewed it, and why."),)
    if faults:
        raise errors.NotPermitted(
            "A person of your organisation reviews the grounds before a measure is taken.",
            code="geen-menselijke-toets",
            faults=faults,
            ground="geen-menselijke-toets",
            reason_nl="Een maatregel mag pas nadat een mens de gronden heeft gezien en het ermee eens is.",
            articles=list(ARTICLES),
            instead="Laat een medewerker de treffer bekijken. Leg vast wie dat was, wat die zag, het oordeel en de reden.",
            inferred="true",
        )


def _faults(review: Review) -> Iterator[Fault]:
    if not any(sign.isalpha() for sign in review.reviewer):
        yield Fault("reviewer", "ontbreekt", "Name the person who reviewed it.")
    if not review.saw:
        yield Fault("saw", "gronden-niet-gezien", f"Say what the reviewer saw: {', '.join(get_args(Seen))}.")
    if review.outcome != "akkoord":
        yield Fault("outcome", "toets-niet-akkoord", "The reviewer did not agree: take no measure.")
    if not SHORTEST <= len(review.reason.strip()) <= LONGEST:
        yield Fault("reason", "reden-ontbreekt", f"Give the reason in {SHORTEST} to {LONGEST} signs.")
