"""For which organisation somebody works now."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sluis.apps.partners import selectors, services
from sluis.apps.partners.views import guard
from sluis.apps.partners.views.sign_in import following


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def choose_organisation(request: HttpRequest) -> HttpResponse:
    """Offers the roles that this session may act in, and takes one of those; the session gets a new key."""
    rows = guard.choices(request)
    shown = {"choices": rows, "next": following(request), "fault": ""}
    if request.method != "POST":
        return render(request, "partners/choose-organisation.html", shown)
    chosen = next((one for one in rows if str(one.pk) == request.POST.get("rol")), None)
    if chosen is None:
        fault = _("Kies een van de organisaties in de lijst.")
        return render(request, "partners/choose-organisation.html", {**shown, "fault": fault}, status=422)
    services.note_choice(chosen, before=selectors.organisation_of(request.user))
    request.session[guard.MEMBERSHIP] = chosen.pk
    request.session.cycle_key()
    return redirect(following(request))
