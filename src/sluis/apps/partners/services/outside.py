"""Identity providers of organisations (OpenID Connect): who they are, what they vouch for, and whom their subjects are here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import jwt
import msgspec
import requests
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from sluis.apps.partners.models import Membership, OutsideIdentity
from sluis.apps.partners.services import telling
from sluis.core import errors
from sluis.wire import clock, credentials

TIMEOUT: Final = 5
LEEWAY: Final = 60
# What a provider says of itself is asked anew after an hour.
_FRESH: Final = 3600
_ALGORITHMS: Final = ("RS256", "ES256")
_LOOPBACK: Final = ("127.0.0.1", "localhost")


class Provider(msgspec.Struct, frozen=True, rename="kebab"):
    """An identity provider as the credential file `SLUIS_OIDC_FILE` has it.

    `slug` stands in addresses and `name` on the page; `organisation` is the party id (16 octets) whose people it vouches for.
    """

    slug: str
    name: str
    organisation: bytes
    issuer: str
    client_id: str
    client_secret: str
    algorithm: str = "RS256"


class Endpoints(msgspec.Struct, frozen=True):
    """What the provider says of itself (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def providers() -> tuple[Provider, ...]:
    """Every provider; none while `SLUIS_OIDC_FILE` is not set. Raises ImproperlyConfigured when the file does not read."""
    return _read(settings.SLUIS_OIDC_FILE) if settings.SLUIS_OIDC_FILE else ()


@lru_cache(maxsize=4)
def _read(file: str) -> tuple[Provider, ...]:
    try:
        found = msgspec.json.decode(credentials.secret(Path(file)), type=tuple[Provider, ...])
    except (msgspec.DecodeError, errors.SluisError) as error:
        raise ImproperlyConfigured(f"SLUIS_OIDC_FILE: {error}") from None
    for one in found:
        if one.algorithm not in _ALGORITHMS or not _is_safe(one.issuer):
            raise ImproperlyConfigured(f"SLUIS_OIDC_FILE: {one.slug} needs an https issuer and RS256 or ES256.")
    return found


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def provider(slug: str) -> Provider | None:
    """The provider of this name in addresses."""
    return next((one for one in providers() if one.slug == slug), None)


def discover(given: Provider) -> Endpoints:
    """The provider's own addresses. Raises Unavailable `inlogdienst-onbereikbaar`, ProtocolFailure `inlogdienst-onjuist`."""
    return _discovered(given.issuer, clock.now() // _FRESH)


@lru_cache(maxsize=16)
def _discovered(issuer: str, _hour: int) -> Endpoints:
    try:
        answer = httpx.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=TIMEOUT).raise_for_status()
        found = msgspec.json.decode(answer.content, type=Endpoints)
    except (httpx.HTTPError, msgspec.DecodeError):
        raise errors.Unavailable("The identity provider does not answer.", code="inlogdienst-onbereikbaar") from None
    if found.issuer != issuer or not all(map(_is_safe, (found.authorization_endpoint, found.token_endpoint, found.jwks_uri))):
        raise errors.ProtocolFailure("The identity provider says to be another.", code="inlogdienst-onjuist")
    return found


def return_address(request: HttpRequest, given: Provider) -> str:
    """Where this provider sends people back to."""
    return request.build_absolute_uri(reverse("partners:end-outside", args=[given.slug]))


def setting(given: Provider, name: str, *default: Any) -> Any:
    """A setting of the library, for one provider; the library's own default for what does not differ."""
    told = {
        "OIDC_RP_SCOPES": "openid email",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": TIMEOUT,
        "OIDC_AUTHENTICATION_CALLBACK_URL": "partners:sign-in",
        "OIDC_RP_CLIENT_ID": given.client_id,
    }
    return told[name] if name in told else default[0] if default else None


class Backend(OIDCAuthenticationBackend):  # type: ignore[misc]
    """The library's code flow, for one of several providers, with the checks of an ID token that the library leaves out."""

    def __init__(self) -> None:
        self.UserModel = User

    def get_settings(self, name: str, *default: Any) -> Any:
        """The library's settings come from the provider."""
        return setting(self.provider, name, *default)

    def authenticate(self, request: HttpRequest | None, **given: Any) -> User | None:
        """The person, when called with a provider. Raises SluisError for an answer that does not hold."""
        provider = given.pop("provider", None)
        if request is None or not isinstance(provider, Provider):
            return None
        self.provider = provider
        found = discover(provider)
        self.OIDC_OP_TOKEN_ENDPOINT, self.OIDC_OP_JWKS_ENDPOINT = found.token_endpoint, found.jwks_uri
        self.OIDC_RP_CLIENT_ID, self.OIDC_RP_CLIENT_SECRET = provider.client_id, provider.client_secret
        self.OIDC_RP_SIGN_ALGO, self.OIDC_RP_IDP_SIGN_KEY = provider.algorithm, None
        try:
            user: User | None = super().authenticate(request, **given)
        except requests.ConnectionError:
            raise errors.Unavailable("The identity provider does not answer.", code="inlogdienst-onbereikbaar") from None
        except (SuspiciousOperation, requests.RequestException, jwt.PyJWTError, KeyError, TypeError):
            raise errors.ProtocolFailure(
                "The answer of the identity provider does not hold.", code="inlogdienst-onjuist"
            ) from None
        return user

    def get_token(self, payload: dict[str, str]) -> dict[str, str]:
        """Asks with the return address that the person was sent to."""
        told: dict[str, str] = super().get_token({**payload, "redirect_uri": return_address(self.request, self.provider)})
        return told

    def _verify_jws(self, payload: str, key: jwt.PyJWK) -> dict[str, Any]:
        """Signature, and what OpenID Connect Core 3.1.3.7 asks besides: issuer, audience, term."""
        return jwt.decode(
            payload,
            key,
            algorithms=[self.provider.algorithm],
            audience=self.provider.client_id,
            issuer=self.provider.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )

    def get_or_create_user(self, _access_token: str, _id_token: str, payload: dict[str, Any]) -> User | None:
        """Whom the subject is here; nobody is ever made."""
        if payload.get("azp", self.provider.client_id) != self.provider.client_id:
            raise jwt.InvalidTokenError("authorized party")
        return matched(self.provider, payload)


def matched(given: Provider, claims: dict[str, Any]) -> User | None:
    """The person that this provider's subject is, while they have a role in its organisation.

    A subject is known by the first sign-in, by an e-mail address that the provider verified and that one such person has.
    """
    subject = str(claims["sub"])
    with transaction.atomic():
        found = OutsideIdentity.objects.select_related("user").filter(issuer=given.issuer, subject=subject).first()
        user = found.user if found else _by_email(given, claims)
        if user is None or not _has_role(given, user):
            return None
        if found is None:
            OutsideIdentity.objects.create(issuer=given.issuer, subject=subject, user=user, organisation_id=given.organisation)
            telling.note("eigen inlogdienst gekoppeld", organisation=given.organisation, detail=str(user.pk))
    return user


def _has_role(given: Provider, user: User) -> bool:
    return user.is_active and Membership.objects.filter(user=user, organisation=given.organisation, ended=None).exists()


def _by_email(given: Provider, claims: dict[str, Any]) -> User | None:
    email = str(claims.get("email", ""))
    if not email or claims.get("email_verified") is not True:
        return None
    people = Membership.objects.filter(organisation=given.organisation, ended=None).values("user_id")
    rows = list(User.objects.filter(email__iexact=email, pk__in=people)[:2])
    return rows[0] if len(rows) == 1 else None
