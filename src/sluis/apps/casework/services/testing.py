"""The stage of testing: the pilot of the room `exchange` that a case leads to, and what it came to."""

from __future__ import annotations

from uuid import UUID

from sluis.apps.casework.models import CaseFile
from sluis.apps.casework.selectors import rules, stages
from sluis.apps.casework.services import acts, cases, locking
from sluis.apps.exchange.selectors import pilots
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


def link_pilot(acting: Acting, case: UUID, pilot: str) -> None:
    """Says which pilot tests what a case found; one that the person may know of. Another one takes its place.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, `onbekende-proeftuin`, Conflict `casus-gesloten`,
    `niet-in-toetsen`.
    """
    with acts.act(acting, "casusproeftuin koppelen", rules.WRITERS):
        held = _at_testing(acting, case)
        if pilot not in {one.id for one in pilots.pilots_of(acting)}:
            raise errors.NotFound("There is no pilot with this number.", code="onbekende-proeftuin")
        held.pilot = pilot
        held.save(update_fields=["pilot"])
        acts.log(acting, "casusproeftuin koppelen", held.id)


def _at_testing(acting: Acting, case: UUID) -> CaseFile:
    held = locking.lock(case, acting.organisation)
    if held.stage != stages.TESTING:
        raise errors.Conflict("This belongs to the stage of testing.", code="niet-in-toetsen")
    return held


def add_pilot(acting: Acting, case: UUID) -> UUID:
    """Puts what was decided of the pilot forward as evidence: stop, extend or practice. Returns the evidence's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekende-casus`, `onbekende-proeftuin`, Conflict `casus-gesloten`,
    `niet-in-toetsen`, `nog-geen-besluit`.
    """
    with acts.act(acting, "casusbewijs inbrengen", rules.WRITERS):
        held = _at_testing(acting, case)
        found = pilots.pilot(held.pilot)
        if not found.decision:
            raise errors.Conflict("Nothing was decided of this pilot yet.", code="nog-geen-besluit")
        return cases.add(acting, held, stages.PILOT, title=found.title, link=found.circle_name, text=found.decision)
