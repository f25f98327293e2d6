"""The second factor: a code generator (TOTP, RFC 6238), recovery codes, and passkeys beside it."""

from __future__ import annotations

import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.partners.models import RecoveryCode
from sluis.core import errors
from sluis.core.exchange.encodings import sha256
from sluis.wire import clock

CODES: Final = 10
# 80 bits: no digest that somebody carries off can be tried out.
_CODE_OCTETS: Final = 10


@dataclass(frozen=True, slots=True)
class Verified:
    """A code that was right: the code generator it was of or stood in for, and whether it was a recovery code."""

    device: TOTPDevice
    by_recovery: bool


def confirm_factor(user: User, *, key: str, code: str) -> tuple[TOTPDevice, tuple[str, ...]]:
    """Adds the code generator with this key (hexadecimal) when `code` is of it; returns it with fresh recovery codes.

    One that was there before goes. Raises Malformed `verkeerde-code`.
    """
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        device = TOTPDevice.objects.create(user=user, key=key, name="totp", confirmed=True)
        if not device.verify_token(_plain(code)):
            transaction.set_rollback(True)
            raise errors.Malformed("This code is not of the secret that was shown.", code="verkeerde-code")
        audit.record(Happening("tweede factor toegevoegd"), reference=str(user.pk))
        return device, _renewed_codes(user)


def use_code(user: User, code: str) -> Verified | None:
    """The code generator when `code` is right: six digits of this moment that were not used yet, or a recovery code.

    None when it is wrong, or asked too soon after a wrong one: each wrong code doubles the wait.
    """
    plain = _plain(code)
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
        if device is None or not device.verify_is_allowed()[0]:
            return None
        if plain.isdecimal():
            return Verified(device, by_recovery=False) if device.verify_token(plain) else None
        used, _rows = RecoveryCode.objects.filter(user=user, digest=_digest(plain)).delete()
        if not used:
            device.throttle_increment()
            return None
        device.throttle_reset()
        audit.record(Happening("herstelcode gebruikt"), reference=str(user.pk))
        return Verified(device, by_recovery=True)


def new_recovery_codes(user: User) -> tuple[str, ...]:
    """Ten codes that each work once; those of before work no more. They are shown now and never again."""
    with transaction.atomic():
        audit.record(Happening("herstelcodes vernieuwd"), reference=str(user.pk))
        return _renewed_codes(user)


def _renewed_codes(user: User) -> tuple[str, ...]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [b32encode(secrets.token_bytes(_CODE_OCTETS)).decode().lower() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(code)) for code in codes)
    return tuple("-".join(code[i : i + 4] for i in range(0, len(code), 4)) for code in codes)


def forget_factor(username: str) -> None:
    """Takes every second factor of a person away: at the next sign-in they add one anew. Raises NotFound."""
    with transaction.atomic():
        user = User.objects.filter(username=username).first()
        if user is None:
            raise errors.NotFound("There is nobody of this name.", code="onbekende-persoon")
        for rows in (TOTPDevice.objects, RecoveryCode.objects, WebAuthnCredential.objects):
            rows.filter(user=user).delete()
        audit.record(Happening("tweede factor weggehaald"), reference=str(user.pk))


def remove_passkey(user: User, number: int) -> None:
    """Takes one of the person's own passkeys away. Raises NotFound for another's."""
    with transaction.atomic():
        removed, _rows = WebAuthnCredential.objects.filter(user=user, pk=number).delete()
        if not removed:
            raise errors.NotFound("You have no such passkey.", code="onbekende-toegangssleutel")
        audit.record(Happening("toegangssleutel weggehaald"), reference=str(user.pk))


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def _digest(plain: str) -> bytes:
    return sha256(b"sluis/herstelcode\0" + plain.encode())


def forget_sessions() -> int:
    """Removes sessions past their term; how many."""
    removed, _rows = Session.objects.filter(expire_date__lt=datetime.fromtimestamp(clock.now(), UTC)).delete()
    return removed
