"""What one's own circles lean on, when it ends, and what law to come would change."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors
from sluis.apps.privacy.services.necessity import JURISTS
from sluis.apps.privacy.views import words
from sluis.plumbing.pages import page
from sluis.wire import clock

# State of a row -> its word and the class that colours it.
STATES = {
    "valid": (gettext_lazy("geldig"), "success"),
    "soon": (gettext_lazy("loopt af"), "warning"),
    "over": (gettext_lazy("voorbij"), "error"),
    "withdrawn": (gettext_lazy("ingetrokken"), "error"),
    "later": (gettext_lazy("nog niet begonnen"), "inactive"),
}


@page
def show_registers(request: HttpRequest) -> HttpResponse:
    """The registers of the reader's organisation."""
    by = partners.acting(request.user)
    found = selectors.registers(by.organisation, at=clock.now())
    shown = {
        "section": "kader",
        "is_jurist": by.role in JURISTS,
        "evidence": [(one, STATES[one.state], words.day(one.evidence.lasts_until())) for one in found.evidence],
        "reviews": [(one, STATES[one.state], words.day(one.review)) for one in found.reviews],
        "coming": [
            (one, selectors.scenario_name(one.scenario), words.SIGNS[one.now], words.SIGNS[one.then]) for one in found.coming
        ],
    }
    return render(request, "privacy/show-registers.html", shown)
