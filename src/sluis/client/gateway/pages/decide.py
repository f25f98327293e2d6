"""What an analyst decides on a hit, and what of that the publishers hear: a measure, or that the hit was wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, get_args

from sluis.client import check as checking
from sluis.client import feedback, rights
from sluis.client.deskbook import Kept, State
from sluis.client.gateway.pages.visits import Visit
from sluis.client.session import Matter
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.rights import NO_MEASURE, ControlCheck, Ground, Measure, PersonCheck, Verified
from sluis.core.identifiers import normalise
from sluis.core.law.adverse import Review, Seen

MEASURES: Final = tuple(one for one in get_args(Measure) if one not in NO_MEASURE)
# What each button tells the publishers; an extra check tells nothing yet, a correction is only seen.
_TOLD: Final = {"doorlaten": "geen-maatregel", "klopt-niet": "bleek-onterecht"}
SHUT: Final = frozenset({"geen-menselijke-toets"})
_QUIET: Final[dict[str, State]] = {"controle": "bezig", "gezien": "klaar"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided, the state of the dossier after it, and what was told to how many signals."""

    code: str
    state: State
    detail: str = ""


def outcome(visit: Visit, kept: Kept) -> Outcome:
    """Reads the decision of the form and tells the publishers.

    Raises Malformed with a fault at its field, NotPermitted `geen-menselijke-toets` for a measure nobody reviewed.
    """
    code = visit.form["besluit"]
    if code in _QUIET:
        return Outcome(code, _QUIET[code])
    measure: Any = visit.form["maatregel"] if code == "maatregel" else _TOLD.get(code)
    if measure not in get_args(Measure) or (code == "maatregel" and measure in NO_MEASURE):
        fault = Fault("maatregel", "onbekende-keuze", "Choose what was decided.")
        raise errors.Malformed("This is no decision.", code="onbekende-keuze", faults=(fault,))
    review = _review(visit, kept)
    feedback.require_review(visit.session, measure, review)
    signals = _tell(visit, kept, measure, review=review)
    return Outcome(code, "klaar", f"{measure}: {signals}")


def _review(visit: Visit, kept: Kept) -> Review | None:
    """What this analyst says to have seen, and why; None when the form says nothing. Nobody saw a context that is not here."""
    here = {*get_args(Seen)} - (set() if kept.dossier.disclosure and kept.dossier.disclosure.contexts else {"context"})
    seen: Any = tuple(one for one in visit.form.all("gezien") if one in here)
    reason = visit.form["reden"].strip()
    return Review(visit.who, seen, "akkoord", reason) if seen or reason else None


def _tell(visit: Visit, kept: Kept, measure: Measure, *, review: Review | None) -> int:
    """Behind how many signals it was told; none when nothing stands behind the hit any more."""
    about = kept.dossier.about
    identifier = normalise.parse(about.type, about.identifier)
    try:
        return feedback.give(visit.session, identifier, measure=measure, review=review)
    except errors.NotFound as error:
        if error.reason != "geen-treffer":
            return 0
    # Who only watched has not asked a question yet; its answer is what a measure hangs on.
    matter = Matter(about.circle, about.reference, about.purpose)
    checking.check(visit.session, [identifier], matter=matter)
    try:
        return feedback.give(visit.session, identifier, measure=measure, review=review)
    except errors.NotFound:
        return 0


def dispute(visit: Visit, kept: Kept) -> str:
    """Opens a dispute, for who has that right; how many. Raises Malformed with every choice that is missing, NotAllowed."""
    fields = {"grond": Ground, "persoon": PersonCheck, "beschikking": ControlCheck}
    faults = [
        Fault(name, "onbekende-keuze", "Choose one.")
        for name, known in fields.items()
        if visit.form[name] not in get_args(known)
    ]
    if faults:
        raise errors.Malformed("Something is missing.", code="onbekende-keuze", faults=tuple(faults))
    ground: Any = visit.form["grond"]
    chosen: dict[str, Any] = {"person": visit.form["persoon"], "control": visit.form["beschikking"]}
    about = kept.dossier.about
    matter = Matter(about.circle, about.reference, about.purpose)
    identifier = normalise.parse(about.type, about.identifier)
    states = rights.dispute(visit.session, identifier, matter=matter, ground=ground, verified=Verified(**chosen))
    return f"{ground}: {len(states)}"
