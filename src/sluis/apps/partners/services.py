"""Writes: accept a policy snapshot or a revocation, enrol a person."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.contrib.auth.models import User
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.partners import selectors
from sluis.apps.partners.models import Membership, Organisation, PolicyDocument, Revocation, Role
from sluis.core import errors
from sluis.core.exchange import policy
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.policy import SignedSnapshot, Snapshot
from sluis.wire import clock


def accept_policy(sent: SignedSnapshot) -> int:
    """Stores a snapshot that holds, and renews the organisations' names; returns its serial. Again the same changes nothing.

    Raises what `policy.accept` raises, and ProtocolFailure `beleid-sectie` when a section is missing.
    """
    accepted = policy.accept(sent, pinned=selectors.pinned(), stored=selectors.stored_snapshot(), now=clock.now())
    if len(sent.sections) != len(accepted.head.sections):
        raise errors.ProtocolFailure("The hub takes a snapshot with all its sections.", code="beleid-sectie")
    serial = accepted.head.serial
    with transaction.atomic():
        body = msgspec.json.encode(sent)
        _document, new = PolicyDocument.objects.get_or_create(serial=serial, defaults={"received": clock.now(), "body": body})
        if new:
            _name_organisations(accepted)
            audit.record(Happening("beleid aanvaard", amount=len(accepted.sections)), reference=str(serial))
    return serial


def _name_organisations(snapshot: Snapshot) -> None:
    members = {member.id: member for section in snapshot.sections.values() for member in section.members}
    rows = [Organisation(id=one.id, name=one.name, sector=one.sector, group=one.group) for one in members.values()]
    Organisation.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["name", "sector", "group"]
    )


def accept_revocation(signed: Signed) -> bytes:
    """Stores a revocation; the key counts no more from now on. Raises ProtocolFailure `intrekking-handtekening`."""
    key = policy.accept_revocation(signed, pinned=selectors.pinned())
    with transaction.atomic():
        body = msgspec.json.encode(signed)
        _row, new = Revocation.objects.get_or_create(key=key, defaults={"received": clock.now(), "body": body})
        if new:
            audit.record(Happening("sleutel ingetrokken"))
    return key


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody to enrol: name to sign in with, password, organisation (party id), role."""

    username: str
    password: str
    organisation: bytes
    role: str


def enrol(person: Person) -> None:
    """Makes or renews a person with a role. Raises NotFound for an unknown organisation, Malformed for an unknown role."""
    if person.role not in Role.values:
        raise errors.Malformed(f"A role is one of {', '.join(Role.values)}.", code="onbekende-rol")
    organisation = Organisation.objects.filter(id=person.organisation).first()
    if organisation is None:
        raise errors.NotFound("This organisation is in no circle.", code="onbekende-organisatie")
    with transaction.atomic():
        user, _new = User.objects.get_or_create(username=person.username)
        user.set_password(person.password)
        user.save()
        Membership.objects.update_or_create(user=user, defaults={"organisation": organisation, "role": person.role})
