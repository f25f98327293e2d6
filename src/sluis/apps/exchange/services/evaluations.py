"""The evaluation of a pilot goes outside by consent alone: as an item of a closed group, with everybody whose counts it has."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction

from sluis.apps.consent import services as consent
from sluis.apps.consent.services import Draft
from sluis.apps.exchange.models import PilotPlan
from sluis.apps.exchange.services import pilots
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing import viewing

KIND: Final = "evaluatie-proeftuin"
INSIDE: Final = "binnenskamers"


def offer(identity: UUID, *, by: Acting, group: UUID, text: str) -> UUID:
    """Puts the report `text` of a pilot whose counts are closed into a closed group, and names every member that took part as a
    contributor: it is released when each of them agreed to that text and that audience. Returns the item's id.

    Raises NotFound `onbekende-proeftuin`, `onbekende-groep`, NotAllowed, Conflict `andere-stand`, `bestaat-al`, Malformed
    `geen-lid` when somebody who took part is not in the group; then nothing is kept.
    """
    row = pilots.own(identity, by)
    with viewing.as_organisation(by.organisation):
        if not PilotPlan.objects.filter(pilot=row, counted__isnull=False).exists():
            raise errors.Conflict("The counts of this pilot are not closed yet.", code="andere-stand")
    section = partners.snapshot().section(bytes(row.circle))
    with transaction.atomic():
        item = consent.write(by, group, Draft(row.title, text, INSIDE, KIND, str(row.id)))
        for member in section.members:
            if pilots.takes_part(member) and member.id != by.organisation:
                consent.credit(by, item, member.id)
    return item
