"""Break-glass: two operators, a reason, one item, one hour. The group hears it when it is asked and when it is opened; every
look is logged."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import connection

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.consent.models import Glass, Item, Version
from sluis.apps.consent.selectors import rules
from sluis.apps.consent.services import acts, messages
from sluis.apps.consent.services.messages import Subject
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing import viewing
from sluis.wire import clock

HOUR: Final = 3_600
READING: Final = "noodtoegang lezen"


def ask_glass(acting: Acting, item: UUID, why: str) -> UUID:
    """Asks for one item by break-glass, with a reason that its group reads. Opens nothing yet. Returns the request's id.

    Raises NotAllowed `geen-recht`, NotFound `onbekend-stuk`, Malformed `geen-reden`.
    """
    reason = rules.reason(why)
    with acts.act(acting, "noodtoegang vragen", rules.OPERATORS):
        group = _group_of(item)
        row = Glass.objects.create(
            item_id=item,
            group_id=group,
            organisation=acting.organisation,
            person=acting.person,
            reason=reason,
            asked=clock.now(),
        )
        acts.log(acting, "noodtoegang vragen", row.id)
        _tell_group(row)
    return row.id


def _group_of(item: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT consent_group_of(%s)", [item])
        (group,) = cursor.fetchone()
    if group is None:
        raise errors.NotFound("There is no such item.", code="onbekend-stuk")
    return UUID(str(group))


def _tell_group(row: Glass) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(consent_glass_members(%s))", [row.id])
        members = [bytes(party) for (party,) in cursor.fetchall()]
    messages.tell(members, Subject("noodtoegang", row.group_id))


def approve_glass(acting: Acting, glass: UUID) -> int:
    """Opens a request of another operator for an hour from now; returns when that ends (seconds).

    Raises NotAllowed `geen-recht`, `eigen-verzoek`, NotFound `onbekend-verzoek`, Conflict `al-besloten`.
    """
    with acts.act(acting, "noodtoegang openen", rules.OPERATORS):
        row = _own(acting, glass)
        if row.approved is not None:
            raise errors.Conflict("This was opened before; ask anew.", code="al-besloten")
        if row.person == acting.person:
            raise errors.NotAllowed("Another operator opens it than the one who asks.", code="eigen-verzoek")
        now = clock.now()
        changed = {"approver": acting.person, "approved": now, "ends": now + HOUR}
        if not Glass.objects.filter(id=row.id, approved=None).update(**changed):
            raise errors.Conflict("This was opened before; ask anew.", code="al-besloten")
        acts.log(acting, "noodtoegang openen", row.id)
        _tell_group(row)
    return now + HOUR


def _own(acting: Acting, glass: UUID) -> Glass:
    row = Glass.objects.filter(id=glass, organisation=acting.organisation).first()
    if row is None:
        raise errors.NotFound("There is no such request.", code="onbekend-verzoek")
    return row


def read_by_glass(acting: Acting, glass: UUID) -> Version:
    """The newest wording of the one item, within the hour, for the two operators of the request. The look is logged first.

    Raises NotAllowed `geen-recht`, `niet-uw-verzoek`, NotFound `onbekend-verzoek`, Conflict `uur-voorbij`, `nog-dicht`.
    """
    now = clock.now()
    with audit.recorded_refusals(Happening(READING, party=acting.organisation)):
        rules.require(acting, rules.OPERATORS)
        with viewing.through_glass(glass, party=acting.organisation, at=now):
            row = _own(acting, glass)
            _require_open(acting, row, now)
            acts.log(acting, READING, row.id)
            item = Item.objects.get(id=row.item_id)
            return Version.objects.get(item=item, number=item.version)


def _require_open(acting: Acting, row: Glass, now: int) -> None:
    if acting.person not in (row.person, row.approver):
        raise errors.NotAllowed("Only the two operators of this request read it.", code="niet-uw-verzoek")
    if row.approved is None or row.ends is None:
        raise errors.Conflict("Another operator has to open it first.", code="nog-dicht")
    if now >= row.ends:
        raise errors.Conflict("The hour is over.", code="uur-voorbij")
