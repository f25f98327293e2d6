"""Addresses: pages for people, `/v1` for machines."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from sluis import __version__
from sluis.apps.consent.api import calls as consent
from sluis.apps.exchange.api import calls as exchange
from sluis.apps.partners import selectors as people
from sluis.apps.partners.api import calls as partners
from sluis.apps.partners.urls import passkey_urls
from sluis.apps.privacy.api import access
from sluis.apps.privacy.api import calls as privacy
from sluis.plumbing import api
from sluis.wire import openapi

stand = api.Calls("stand")


@stand.get("/health", "Whether the hub works", answers=openapi.Health)
def get_health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Open to all."""
    return api.answer(openapi.Health("web", "ok", __version__))


def begin(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: an adviser from outside, who acts for no organisation, at the case that asks for advice."""
    is_guest = request.user.is_authenticated and people.organisation_of(request.user) is None
    return redirect("casework:list-advice" if is_guest else "exchange:list-circles")


hub = api.Hub(exchange, privacy, partners, consent, stand)
# A standard keeps its own address.
authzen = api.Hub(access, namespace="access")
urlpatterns = [
    path("", begin, name="begin"),
    path("", include("sluis.apps.audit.urls")),
    path("", include("sluis.apps.partners.urls")),
    path("", include(passkey_urls)),
    path("", include("sluis.apps.privacy.urls")),
    path("", include("sluis.apps.exchange.urls")),
    path("", include("sluis.apps.consent.urls")),
    path("", include("sluis.apps.casework.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("beheer/", admin.site.urls),
    path("v1/", hub.urls),
    path("access/v1/", authzen.urls),
]
