"""Contact points of an organisation, and whether outsiders see who is in a circle."""

from __future__ import annotations

import msgspec
from django.db import transaction

from sluis.apps.partners.models import ContactPoint, ShownCircle, Subject, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import changes, circles, roles, telling
from sluis.core import errors
from sluis.core.errors import Fault


class Showing(circles.OfCircle, frozen=True):
    """Whether outsiders see the members of a circle."""

    shown: bool


class Point(msgspec.Struct, frozen=True):
    """A contact point as it is filled in; `who` empty takes it away."""

    subject: str
    who: str
    email: str
    phone: str


def set_contact_point(point: Point, *, by: Acting) -> None:
    """Sets, renews or takes away a contact point of one's own organisation.

    Raises NotAllowed `geen-recht`, Malformed with every fault.
    """
    if by.role not in roles.ADMINS:
        raise errors.NotAllowed("Administrators of an organisation set its contact points.")
    if faults := _faults(point):
        raise errors.Malformed("The contact point does not read.", faults=faults)
    with transaction.atomic():
        rows = ContactPoint.objects.filter(organisation=by.organisation, subject=point.subject)
        if point.who:
            told = {"who": point.who, "email": point.email, "phone": point.phone}
            ContactPoint.objects.update_or_create(organisation_id=by.organisation, subject=point.subject, defaults=told)
        else:
            rows.delete()
        telling.note("contactpunt gewijzigd", organisation=by.organisation, detail=f"{by.person} {point.subject}")


def _faults(point: Point) -> tuple[Fault, ...]:
    found = []
    if point.subject not in Subject.values:
        found.append(Fault("onderwerp", "kies-onderwerp", "Choose a subject of the list."))
    if point.who and not 2 <= len(point.who) <= 120:
        found.append(Fault("wie", "naam-contact", "Name a desk or a function."))
    if point.who and roles.email_faults(point.email):
        found.append(Fault("email", "onjuist-adres", "An e-mail address, such as desk@example.org."))
    if len(point.phone) > 20 or any(sign not in "+0123456789 -()" for sign in point.phone):
        found.append(Fault("telefoon", "onjuist-nummer", "Digits, spaces and a plus, 20 signs at most."))
    return tuple(found)


def propose_showing(name: str, *, by: Acting, shown: bool, reason: str) -> TwoPersonChange:
    """Proposes that outsiders see, or see no more, who is in the circle called `name`.

    Raises NotFound `onbekende-kring` for who is no member, and as `changes.propose`.
    """
    section = circles.circle_of(name, by=by)
    told = Showing(section.circle.hex(), section.title, shown)
    return changes.propose(circles.SHOW, told, by=by, organisation=by.organisation, reason=reason)


def decide_showing(change: int, *, by: Acting) -> None:
    """Somebody of another member approves. Raises as `changes.approve`, and NotAllowed `zelfde-organisatie`."""
    with changes.deciding(circles.SHOW):
        row = changes.approve(circles.SHOW, change, by=by)
        told = changes.payload_of(row, Showing)
        circles.require_other_member(row, told, by)
        circle = bytes.fromhex(told.circle)
        if told.shown:
            ShownCircle.objects.update_or_create(circle=circle, defaults={"change": row})
        else:
            ShownCircle.objects.filter(circle=circle).delete()
