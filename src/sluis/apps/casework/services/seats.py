"""Seats in the expert group: one person who steers proposes, another decides; one is enough to end a seat."""

from __future__ import annotations

from typing import Final

import msgspec
from django.contrib.auth.models import User
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.casework.models import Expert
from sluis.apps.casework.selectors import rules
from sluis.apps.casework.selectors.experts import CHAIR, MEMBER
from sluis.apps.consent.selectors import rules as consent
from sluis.apps.partners import selectors as partners
from sluis.apps.partners import services as partners_services
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import Rule
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.wire import clock

STEERING: Final = frozenset(one.value for one in rules.STEERING)
SEAT: Final = Rule.by_role("zetel expertgroep", STEERING)


class Seat(msgspec.Struct, frozen=True):
    """Who sits where: the name to sign in with, the organisation (party id in hexadecimal), and the seat."""

    username: str
    organisation: str
    seat: str


def propose_seat(acting: Acting, *, username: str, seat: str, reason: str) -> int:
    """Proposes a seat for somebody who reads for a partner. Returns the proposal's number.

    Raises Malformed `zetel-onjuist` with every fault, `reden-ontbreekt`, NotAllowed `geen-recht`, Conflict `voorstel-bestaat`.
    """
    faults = [] if seat in {MEMBER, CHAIR} else [Fault("zetel", "onbekende-soort", "Choose a seat.")]
    party = _party_of(username)
    if party is None:
        faults.append(Fault("naam", "geen-lezer", "Name somebody who reads for one partner."))
    if faults or party is None:
        raise errors.Malformed("This seat does not hold.", code="zetel-onjuist", faults=tuple(faults))
    told = Seat(username, party.hex(), seat)
    return partners_services.propose(SEAT, told, by=acting, organisation=acting.organisation, reason=reason).pk


def _party_of(username: str) -> bytes | None:
    """The one organisation for which this person reads content; who steers or runs sits in no group of experts."""
    user = User.objects.filter(username=username).first()
    roles = list(partners.memberships_of(user)) if user else []
    reading = [bytes(one.organisation_id) for one in roles if one.role in rules.READERS]
    return reading[0] if len(reading) == 1 else None


def approve_seat(acting: Acting, number: int) -> None:
    """Gives the seat; a new chair takes the old one's. Raises as `partners.approve`, and Conflict `geen-lezer-meer`."""
    with partners_services.deciding(SEAT):
        row = partners_services.approve(SEAT, number, by=acting)
        told = partners_services.payload_of(row, Seat)
        user = User.objects.filter(username=told.username).first()
        if user is None or _party_of(told.username) != bytes.fromhex(told.organisation):
            raise errors.Conflict("This person reads for that partner no more.", code="geen-lezer-meer")
        _free(user.pk, told)
        Expert.objects.create(
            person=user.pk,
            organisation=bytes.fromhex(told.organisation),
            name=told.username,
            seat=told.seat,
            since=clock.now(),
        )
        audit.record(Happening("zetel expertgroep gegeven"), reference=f"{user.pk} {told.seat}")


def _free(person: int, told: Seat) -> None:
    """Ends the seat that this person has, and the chair's when there is a new one."""
    now, lasting = clock.now(), Expert.objects.select_for_update().filter(ended=None)
    lasting.filter(person=person, organisation=bytes.fromhex(told.organisation)).update(ended=now)
    if told.seat == CHAIR:
        lasting.filter(seat=CHAIR).update(ended=now)


def refuse_seat(acting: Acting, number: int, why: str) -> None:
    """Turns a proposal down. Raises as `partners.refuse`."""
    partners_services.refuse(SEAT, number, by=acting, answer=why)


def end_seat(acting: Acting, expert: int) -> None:
    """Ends a seat at once. Raises NotAllowed `geen-recht`, NotFound `onbekende-zetel`."""
    with audit.recorded_refusals(Happening("zetel expertgroep beëindigd")), transaction.atomic():
        consent.require(acting, rules.STEERING)
        if not Expert.objects.filter(pk=expert, ended=None).update(ended=clock.now()):
            raise errors.NotFound("There is no such seat.", code="onbekende-zetel")
        audit.record(Happening("zetel expertgroep beëindigd"), reference=str(expert))
