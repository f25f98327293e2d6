"""Pages of the circles, for people of an organisation."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from sluis.apps.exchange import selectors
from sluis.apps.exchange.views import presentation
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.wire import clock


def _party(request: HttpRequest) -> bytes:
    membership = partners.organisation_of(request.user)
    if membership is None:
        raise PermissionDenied
    return bytes(membership.organisation_id)


@never_cache
@login_required
def list_circles(request: HttpRequest) -> HttpResponse:
    """The circles of one's own organisation."""
    party, now = _party(request), clock.now()
    try:
        circles = [
            presentation.card(section, selectors.shut_by(section, party=party, at=now))
            for section in selectors.circles_of(party)
        ]
    except errors.Unavailable:
        circles = []
    return render(request, "exchange/list-circles.html", {"circles": circles, "section": "circles"})


@never_cache
@login_required
def show_circle(request: HttpRequest, name: str) -> HttpResponse:
    """One circle: its gate, assessment, members, and what passed."""
    party = _party(request)
    try:
        found = selectors.circle_page(name, party=party)
    except errors.NotFound:
        raise Http404 from None
    page = presentation.page(found, party=party)
    return render(request, "exchange/show-circle.html", {"page": page, "section": "circles"})
