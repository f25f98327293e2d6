"""What a person has to sign in with, and what a session still lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from sluis.apps.partners.models import RecoveryCode


@dataclass(frozen=True, slots=True)
class FactorState:
    """What a person signs in with besides the password: a code generator or not, recovery codes left, passkeys."""

    has_totp: bool
    recovery_codes: int
    passkeys: tuple[WebAuthnCredential, ...]


def totp_of(person: int) -> TOTPDevice | None:
    """The code generator of the person with this number, once it was confirmed."""
    return TOTPDevice.objects.filter(user_id=person, confirmed=True).order_by("pk").first()


def needs_code(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this session is one of a password alone, while the person has a second factor."""
    return user.is_authenticated and getattr(user, "otp_device", None) is None and totp_of(user.pk) is not None


def factor_state(person: int) -> FactorState:
    """Of the person with this number."""
    return FactorState(
        has_totp=totp_of(person) is not None,
        recovery_codes=RecoveryCode.objects.filter(user_id=person).count(),
        passkeys=tuple(WebAuthnCredential.objects.filter(user_id=person, confirmed=True).order_by("pk")),
    )
