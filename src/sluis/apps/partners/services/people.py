"""People and their roles: enrolled by who runs the hub, or ended."""

from __future__ import annotations

import secrets
from base64 import b32decode
from binascii import Error as NotBase32
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from sluis.apps.partners.models import Membership, Organisation, Role
from sluis.apps.partners.services import changes, telling
from sluis.core import errors
from sluis.wire import clock

LEAST_SECRET = 16


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody to enrol: name to sign in with, password, organisation (party id), role.

    `email` is what an organisation's own identity provider may know the person by. `totp` is the base32 secret (16 octets or
    more) of a code generator that is there already; empty: the person adds one at the first sign-in.
    """

    username: str
    password: str
    organisation: bytes
    role: str
    email: str = ""
    totp: str = ""


def account(username: str, *, password: str, email: str = "") -> User:
    """The account of this name: a new one without any role, or the one there is when the password is its own.

    Raises Malformed `zwak-wachtwoord`, NotAllowed `naam-bezet`.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        return _new_account(username, password, email=email)
    if not user.check_password(password):
        raise errors.NotAllowed("This name has an account with another password.", code="naam-bezet")
    return user


def _new_account(username: str, password: str, *, email: str) -> User:
    try:
        validate_password(password)
    except ValidationError:
        raise errors.Malformed("A password has 12 signs or more and is not a common one.", code="zwak-wachtwoord") from None
    return User.objects.create_user(username, email=email, password=password)


def enrol(person: Person) -> None:
    """Makes or renews a person with a role; the roles it has in other organisations stay.

    Raises NotFound for an unknown organisation, Conflict `organisatie-vertrokken`, Malformed `onbekende-rol`,
    `onleesbaar-geheim`.
    """
    if person.role not in Role.values:
        raise errors.Malformed(f"A role is one of {', '.join(Role.values)}.", code="onbekende-rol")
    organisation = Organisation.objects.filter(id=person.organisation).first()
    if organisation is None:
        raise errors.NotFound("This organisation is in no circle.", code="onbekende-organisatie")
    if organisation.left is not None:
        raise errors.Conflict("This organisation left.", code="organisatie-vertrokken")
    key = _totp_key(person.totp)
    with transaction.atomic():
        user, _new = User.objects.get_or_create(username=person.username)
        user.set_password(person.password)
        user.email = person.email or user.email
        user.save()
        if key:
            TOTPDevice.objects.update_or_create(user=user, confirmed=True, defaults={"key": key, "name": "totp"})
        give_role(user, organisation, role=person.role)


def _totp_key(secret: str) -> str:
    try:
        octets = b32decode(secret.replace(" ", "").upper())
    except NotBase32:
        octets = b"?"
    if octets and len(octets) < LEAST_SECRET:
        raise errors.Malformed("A secret of a code generator is 16 octets or more in base32.", code="onleesbaar-geheim")
    return octets.hex()


def give_role(user: User, organisation: Organisation, *, role: str) -> Membership:
    """The role of this person in this organisation from now on, inside the caller's transaction; another one ends."""
    current = Membership.objects.select_for_update().filter(user=user, organisation=organisation, ended=None).first()
    if current is not None and current.role == role:
        return current
    if current is not None:
        end(current)
    telling.note("rol gegeven", organisation=bytes(organisation.id), detail=f"{user.pk} {role}")
    return Membership.objects.create(user=user, organisation=organisation, role=role, since=clock.now())


def end(membership: Membership) -> None:
    """Ends a role, and with it every session in it, inside the caller's transaction."""
    membership.ended = clock.now()
    membership.save(update_fields=["ended"])
    changes.withdraw_of(membership.user_id, bytes(membership.organisation_id))
    detail = f"{membership.user_id} {membership.role}"
    telling.note("rol beëindigd", organisation=bytes(membership.organisation_id), detail=detail)


def end_membership(username: str, organisation: bytes) -> None:
    """Ends the role of this person in this organisation at once. Raises NotFound `onbekend-lidmaatschap`."""
    with transaction.atomic():
        rows = Membership.objects.select_for_update().filter(user__username=username, organisation=organisation, ended=None)
        found = rows.first()
        if found is None:
            raise errors.NotFound("This person has no role there.", code="onbekend-lidmaatschap")
        end(found)


def note_choice(chosen: Membership, *, before: Membership | None) -> None:
    """Logs for whom somebody works from now on, and for whom no longer."""
    left = f" {before.pk}" if before else ""
    telling.note("werkt nu voor", organisation=bytes(chosen.organisation_id), detail=f"{chosen.user_id} {chosen.pk}{left}")


def name_organisation(name: str, *, sector: str) -> bytes:
    """A new organisation that is in no circle (yet), such as the programme office; returns its party id (16 octets)."""
    party = secrets.token_bytes(16)
    with transaction.atomic():
        Organisation.objects.create(id=party, name=name, sector=sector, group=party)
        telling.note("organisatie ingeschreven", organisation=party)
    return party
