"""A case while somebody changes it: locked, and going on still."""

from __future__ import annotations

from uuid import UUID

from sluis.apps.casework.models import CaseFile
from sluis.apps.casework.selectors.cases import case_of
from sluis.core import errors


def lock(case: UUID, party: bytes) -> CaseFile:
    """The case of a member's group while it goes on; until the transaction ends nobody else moves it.

    Raises NotFound `onbekende-casus`, Conflict `casus-gesloten`.
    """
    case_of(case, party)
    held = CaseFile.objects.select_for_update().get(id=case)
    if held.state != "loopt":
        raise errors.Conflict("This case is closed.", code="casus-gesloten")
    return held
