"""Pages of the circles, for people of an organisation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.exchange import selectors
from sluis.apps.exchange.views import people, presentation
from sluis.wire import clock


@people.page
def list_circles(request: HttpRequest) -> HttpResponse:
    """The circles of one's own organisation."""
    party, now = people.party_of(request), clock.now()
    circles = [
        presentation.card(section, selectors.shut_by(section, party=party, at=now)) for section in selectors.circles_of(party)
    ]
    return render(request, "exchange/list-circles.html", {"circles": circles, "section": "circles"})


@people.page
def show_circle(request: HttpRequest, name: str) -> HttpResponse:
    """One circle: its gate, assessment, members, and what passed."""
    party = people.party_of(request)
    page = presentation.page(selectors.circle_page(name, party=party), party=party)
    return render(request, "exchange/show-circle.html", {"page": page, "section": "circles"})
