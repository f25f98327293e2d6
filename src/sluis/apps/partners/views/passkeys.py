"""The browser's side of passkeys (WebAuthn): what the library answers, with the house's own conditions."""

from __future__ import annotations

from django_otp_webauthn import exceptions, views
from django_otp_webauthn.models import AbstractWebAuthnCredential

from sluis.apps.partners import selectors


class _OnlyBesideACode:
    """A passkey is an extra beside the code generator: who has none adds that first, and entered a code in this session."""

    def check_can_register(self) -> None:
        """Raises NotVerified otherwise."""
        user = self.request.user  # type: ignore[attr-defined]
        if selectors.totp_of(user.pk) is None or user.otp_device is None:
            raise exceptions.NotVerified


class BeginRegistration(_OnlyBesideACode, views.BeginCredentialRegistrationView):  # type: ignore[misc]
    """What the browser needs to make a passkey."""


class CompleteRegistration(_OnlyBesideACode, views.CompleteCredentialRegistrationView):  # type: ignore[misc]
    """Keeps the passkey that the browser made."""


class CompleteAuthentication(views.CompleteCredentialAuthenticationView):  # type: ignore[misc]
    """Signs the person in, or completes the second step; the session gets a new key either way."""

    def complete_auth(self, device: AbstractWebAuthnCredential) -> None:
        """As the library does."""
        super().complete_auth(device)
        self.request.session.cycle_key()
