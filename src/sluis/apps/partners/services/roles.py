"""Administrators of an organisation invite people, and give and take roles: two people for what gives, one for what ends."""

from __future__ import annotations

import secrets
from typing import Final

import msgspec
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.partners.models import Invitation, Membership, Organisation, Role, TwoPersonChange
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.services import changes, people
from sluis.apps.partners.services.changes import Rule
from sluis.core import errors
from sluis.core.errors import Fault
from sluis.core.exchange.encodings import sha256
from sluis.wire import clock

ADMINS: Final = frozenset({Role.ORG_ADMIN.value})
INVITE: Final = Rule("uitnodiging", propose=ADMINS, decide=ADMINS)
CHANGE_ROLE: Final = Rule("rolwijziging", propose=ADMINS, decide=ADMINS)
# What an organisation gives to its own people; who steers, supervises or runs Sluis is enrolled by who runs the hub.
GIVEN: Final = (Role.ANALYST, Role.DATA_OFFICER, Role.PRIVACY_OFFICER, Role.ORG_ADMIN, Role.AUDITOR, Role.OBSERVER)
INVITED_FOR: Final = 7 * 86_400
_NAME: Final = 60


class Invite(msgspec.Struct, frozen=True):
    """Whom to invite, and for which role."""

    username: str
    email: str
    role: str


class NewRole(msgspec.Struct, frozen=True):
    """Whose role becomes which."""

    person: int
    username: str
    role: str


def propose_invitation(invite: Invite, *, by: Acting, organisation: bytes, reason: str) -> TwoPersonChange:
    """Proposes to invite somebody. Raises Malformed with every fault, and as `changes.propose`."""
    faults = [*_role_faults(invite.role), *name_faults(invite.username), *email_faults(invite.email)]
    if faults:
        raise errors.Malformed("The invitation does not read.", faults=tuple(faults))
    return changes.propose(INVITE, invite, by=by, organisation=organisation, reason=reason)


def _role_faults(role: str) -> list[Fault]:
    if role in GIVEN:
        return []
    return [Fault("rol", "onbekende-rol", "Choose one of the roles that an organisation gives.")]


def name_faults(name: str) -> list[Fault]:
    """What is wrong with a name to sign in with."""
    if 3 <= len(name) <= _NAME and all(sign.isalnum() or sign in ".-_@" for sign in name):
        return []
    return [Fault("naam", "onjuiste-naam", "3 to 60 letters, digits, points or dashes.")]


def email_faults(email: str) -> list[Fault]:
    """What is wrong with an e-mail address."""
    try:
        validate_email(email)
    except ValidationError:
        return [Fault("email", "onjuist-adres", "An e-mail address, such as anna@example.org.")]
    return []


def approve_invitation(number: int, *, by: Acting) -> str:
    """Approves, and returns the secret of the invitation: shown now, never again. Raises as `changes.approve`."""
    with changes.deciding(INVITE):
        row = changes.approve(INVITE, number, by=by)
        told, secret = changes.payload_of(row, Invite), secrets.token_urlsafe(24)
        Invitation.objects.create(
            organisation_id=row.organisation_id,
            username=told.username,
            email=told.email,
            role=told.role,
            digest=invitation_digest(secret),
            until=clock.now() + INVITED_FOR,
            change=row,
        )
    return secret


def invitation(secret: str) -> Invitation:
    """The invitation with this secret, while it may be used. Raises NotFound `onbekende-uitnodiging`."""
    rows = Invitation.objects.select_related("organisation").filter(used=None, until__gt=clock.now(), organisation__left=None)
    found = rows.filter(digest=invitation_digest(secret)).first()
    if found is None:
        raise errors.NotFound("This invitation was used or is over its term.", code="onbekende-uitnodiging")
    return found


def accept_invitation(secret: str, *, password: str) -> User:
    """Makes the account with its role, once. Who has an account of that name shows its password.

    Raises NotFound `onbekende-uitnodiging`, Malformed `zwak-wachtwoord`, NotAllowed `naam-bezet`.
    """
    with transaction.atomic():
        found = Invitation.objects.select_for_update().filter(pk=invitation(secret).pk, used=None).first()
        if found is None:
            raise errors.NotFound("This invitation was used or is over its term.", code="onbekende-uitnodiging")
        user = people.account(found.username, password=password, email=found.email)
        found.used = clock.now()
        found.save(update_fields=["used"])
        people.give_role(user, found.organisation, role=found.role)
        return user


def propose_role(new: NewRole, *, by: Acting, organisation: bytes, reason: str) -> TwoPersonChange:
    """Proposes another role for somebody of the organisation. Raises Malformed, NotFound, and as `changes.propose`."""
    if faults := _role_faults(new.role):
        raise errors.Malformed("The role does not read.", faults=tuple(faults))
    rows = Membership.objects.filter(user=new.person, organisation=organisation, ended=None)
    if not rows.exclude(role=new.role).exists():
        raise errors.NotFound("This person has no other role there.", code="onbekend-lidmaatschap")
    return changes.propose(CHANGE_ROLE, new, by=by, organisation=organisation, reason=reason)


def approve_role(number: int, *, by: Acting) -> None:
    """Approves, and gives the role. Raises as `changes.approve`, and Conflict `rol-geëindigd` when the person left since."""
    with changes.deciding(CHANGE_ROLE):
        row = changes.approve(CHANGE_ROLE, number, by=by)
        told = changes.payload_of(row, NewRole)
        user = User.objects.filter(pk=told.person).first()
        rows = Membership.objects.filter(user=told.person, organisation=row.organisation_id, ended=None)
        if user is None or not rows.exists():
            raise errors.Conflict("This person has no role there any more.", code="rol-geëindigd")
        people.give_role(user, Organisation.objects.get(id=row.organisation_id), role=told.role)


def end_role(membership: int, *, by: Acting) -> None:
    """Ends a role of one's own organisation at once: what takes rights away needs one administrator.

    Raises NotFound `onbekend-lidmaatschap`, NotAllowed `geen-recht`, Conflict `laatste-beheerder`.
    """
    with audit.recorded_refusals(Happening("rol beëindigd")), transaction.atomic():
        if by.role not in ADMINS:
            raise errors.NotAllowed("Only administrators of an organisation end its roles.")
        rows = Membership.objects.select_for_update().filter(organisation=by.organisation, ended=None).order_by("pk")
        found = next((one for one in rows if one.pk == membership), None)
        if found is None:
            raise errors.NotFound("There is no such role in your organisation.", code="onbekend-lidmaatschap")
        if found.role in ADMINS and sum(one.role in ADMINS for one in rows) == 1:
            raise errors.Conflict("The last administrator stays, until there is another.", code="laatste-beheerder")
        people.end(found)


def invitation_digest(secret: str) -> bytes:
    """What is kept of an invitation's secret."""
    return sha256(b"sluis/uitnodiging\0" + secret.encode())
