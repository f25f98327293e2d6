"""For whom somebody acts, and what organisations are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from sluis.apps.partners.models import Membership, Organisation
from sluis.core import errors

# What the session's guard leaves on the user: the membership this session acts in, or None while there is no choice yet.
CHOSEN = "chosen_membership"


def memberships_of(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Membership]:
    """The person's roles that last, by the organisation's name; none for who is not signed in."""
    rows = Membership.objects.select_related("organisation").filter(ended=None)
    return rows.filter(user_id=user.pk).order_by("organisation__name") if user.is_authenticated else rows.none()


def membership_of(user: AbstractBaseUser | AnonymousUser, number: int) -> Membership | None:
    """The person's role with this number, while it lasts."""
    return memberships_of(user).filter(pk=number).first()


def organisation_of(user: AbstractBaseUser | AnonymousUser) -> Membership | None:
    """The organisation and role in which the person acts now, or None.

    In a session it is the one that was chosen there. Elsewhere it is the person's only one: who has several acts for none of
    them until one is chosen.
    """
    if not user.is_authenticated:
        return None
    if hasattr(user, CHOSEN):
        found = getattr(user, CHOSEN)
        return found if isinstance(found, Membership) else None
    rows = list(memberships_of(user)[:2])
    return rows[0] if len(rows) == 1 else None


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, for which organisation and in which role: what services and selectors of every room ask about rights."""

    person: int
    name: str
    organisation: bytes
    organisation_name: str
    role: str


def acting(user: AbstractBaseUser | AnonymousUser) -> Acting:
    """The signed-in person with the organisation and role they act in. Raises NotAllowed `geen-recht` for anybody else."""
    found = organisation_of(user)
    if found is None:
        raise errors.NotAllowed("You act for no organisation.")
    return Acting(found.user_id, user.get_username(), bytes(found.organisation_id), found.organisation.name, found.role)


def system_of(party: bytes) -> Acting:
    """The organisation with this party id as its own system acts: it has no role, so it reads what the organisation may and
    decides nothing."""
    return Acting(0, "", party, "", "")


def addresses(roles: Iterable[str]) -> dict[bytes, tuple[str, ...]]:
    """E-mail addresses of who have one of these roles now, by party id; one query."""
    rows = Membership.objects.filter(ended=None, role__in=set(roles), organisation__left=None, user__is_active=True)
    found: dict[bytes, list[str]] = {}
    for party, address in rows.exclude(user__email="").values_list("organisation_id", "user__email").distinct():
        found.setdefault(bytes(party), []).append(address)
    return {party: tuple(sorted(held)) for party, held in found.items()}


@dataclass(frozen=True, slots=True)
class Somebody:
    """One row of who may sign in."""

    username: str
    role: str
    organisation: str
    has_factor: bool


def everybody() -> tuple[Somebody, ...]:
    """Every role that lasts, by organisation and name, in two queries: for who runs the hub."""
    rows = Membership.objects.select_related("organisation", "user").filter(ended=None)
    ready = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    return tuple(
        Somebody(one.user.get_username(), one.role, one.organisation.name, one.user_id in ready)
        for one in rows.order_by("organisation__name", "user__username")
    )


def names() -> dict[bytes, str]:
    """Organisations' names by party id."""
    return {bytes(key): name for key, name in Organisation.objects.values_list("id", "name")}


def sectors() -> dict[bytes, str]:
    """Organisations' sectors by party id."""
    return {bytes(key): sector for key, sector in Organisation.objects.values_list("id", "sector")}
