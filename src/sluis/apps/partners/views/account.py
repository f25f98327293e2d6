"""One's own account: what one signs in with."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sluis.apps.partners import selectors, services
from sluis.apps.partners.views import guard
from sluis.apps.partners.views.factor import locked_out, person_of, wrong_code
from sluis.apps.partners.views.sign_in import passkey_script
from sluis.core import errors


@require_safe
@never_cache
@login_required
def show_account(request: HttpRequest) -> HttpResponse:
    """Second factor, recovery codes, passkeys, and the organisations one may act for."""
    return render(request, "partners/show-account.html", _shown(request))


def _shown(request: HttpRequest) -> dict[str, object]:
    state = selectors.factor_state(request.user.pk or 0)
    return {"factor": state, "choices": guard.choices(request), "section": "account", "fault": ""}


@require_POST
@never_cache
@login_required
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new ones, for a code of this moment."""
    if (locked := locked_out(request)) is not None:
        return locked
    person = person_of(request)
    if services.use_code(person, request.POST.get("code", "")) is None:
        return wrong_code(request, "partners/show-account.html", _shown(request))
    codes = services.new_recovery_codes(person)
    return render(request, "partners/recovery-codes.html", {"codes": codes, "next": "/account"})


@require_safe
@never_cache
@login_required
@passkey_script
def show_passkeys(request: HttpRequest) -> HttpResponse:
    """One's own passkeys, and adding one."""
    return render(request, "partners/show-passkeys.html", _shown(request))


@require_POST
@never_cache
@login_required
def remove_passkey(request: HttpRequest, number: int) -> HttpResponse:
    """Takes one away."""
    try:
        services.remove_passkey(person_of(request), number)
    except errors.NotFound:
        raise Http404 from None
    return redirect("partners:show-passkeys")


class ChangePassword(auth.PasswordChangeView):
    """Another password, for the old one; every other session of this person ends."""

    template_name = "partners/change-password.html"
    success_url = reverse_lazy("partners:show-account")


change_password = never_cache(ChangePassword.as_view())
