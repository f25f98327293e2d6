"""Signing in by an organisation's own identity provider (OpenID Connect, code flow with PKCE and nonce)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from sluis.apps.partners.services import outside
from sluis.apps.partners.services.outside import Endpoints, Provider
from sluis.apps.partners.views import guard
from sluis.core import errors

_STATES = "oidc_states"
_SILENT = gettext_lazy("Uw eigen inlogdienst geeft geen antwoord. Probeer het over een paar minuten opnieuw.")
_UNKNOWN = gettext_lazy("Uw inlogdienst kent u, maar u hebt hier geen rol. Vraag uw beheerder om u toe te voegen.")
_FALSE = gettext_lazy("Het bewijs van uw inlogdienst klopt niet. Begin opnieuw. Blijft dit zo, meld het dan bij uw ICT.")


class _Request(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """The library's request, of one of several providers."""

    def __init__(self, provider: Provider, found: Endpoints) -> None:
        self.provider = provider
        self.OIDC_OP_AUTH_ENDPOINT = found.authorization_endpoint
        self.OIDC_RP_CLIENT_ID = provider.client_id

    def get_settings(self, name: str, *default: Any) -> Any:
        """The library's settings come from the provider."""
        return outside.setting(self.provider, name, *default)

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """Each provider has a return address of its own, so that none can answer for another (RFC 9700, 4.4)."""
        return {"redirect_uri": outside.return_address(request, self.provider)}


@require_safe
@never_cache
def begin_outside(request: HttpRequest, slug: str) -> HttpResponse:
    """Sends the person to the provider."""
    provider = _provider(slug)
    try:
        answer: HttpResponse = _Request(provider, outside.discover(provider)).get(request)
    except errors.SluisError as error:
        return _failed(request, provider, _words(error))
    return answer


@require_safe
@never_cache
def end_outside(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the person back from the provider. Whatever is not right with the answer ends here, with words."""
    provider = _provider(slug)
    known = request.session.get(_STATES, {})
    begun = known.pop(request.GET.get("state", ""), None) if isinstance(known, dict) else None
    # At once, so that the same answer never counts twice.
    request.session[_STATES] = known
    request.session.save()
    if begun is None or "code" not in request.GET:
        return _failed(request, provider, _("Dit antwoord hoort niet bij een vraag van uw browser. Begin opnieuw."))
    try:
        user = authenticate(request, provider=provider, nonce=begun["nonce"], code_verifier=begun["code_verifier"])
    except errors.SluisError as error:
        return _failed(request, provider, _words(error))
    if not isinstance(user, User):
        return _failed(request, provider, _words(errors.NotAllowed()))
    return _welcome(request, provider, user)


def _welcome(request: HttpRequest, provider: Provider, user: User) -> HttpResponse:
    following = request.session.get("oidc_login_next") or "/"
    login(request, user)
    # What was chosen in this browser before may be another organisation's.
    request.session.pop(guard.MEMBERSHIP, None)
    request.session[guard.VOUCHED] = provider.organisation.hex()
    return redirect(following)


def _words(error: errors.SluisError) -> str:
    match error:
        case errors.Unavailable():
            return str(_SILENT)
        case errors.NotAllowed():
            return str(_UNKNOWN)
        case _:
            return str(_FALSE)


def _failed(request: HttpRequest, provider: Provider, why: str) -> HttpResponse:
    return render(request, "partners/outside-failed.html", {"provider": provider, "why": why}, status=403)


def _provider(slug: str) -> Provider:
    found = outside.provider(slug)
    if found is None:
        raise Http404
    return found
