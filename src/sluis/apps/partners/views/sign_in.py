"""Signing in with a password or a passkey, and out."""

from __future__ import annotations

from typing import Any, Final

from csp.decorators import csp_update
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sluis.apps.partners.services import outside

# The one script of the portal: the browser's own dialogue for passkeys is not to be had without it.
passkey_script = csp_update({"script-src": ["'self'"], "connect-src": ["'self'"]})
_WHY: Final = {
    "tijd": _("U bent uitgelogd: na 30 minuten zonder gebruik, en altijd na 8 uur. Log opnieuw in om verder te gaan."),
    "rol": _("U bent uitgelogd: uw rol is veranderd of geëindigd. Log opnieuw in, of vraag de beheerder van uw organisatie."),
}


class SignIn(auth.LoginView):
    """Name and password. The guard asks for the second factor at the next step."""

    template_name = "partners/sign-in.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Why somebody was signed out, and which organisations have a door of their own."""
        why = _WHY.get(self.request.GET.get("reden", ""), "")
        return {**super().get_context_data(**more), "why": why, "providers": outside.providers()}


sign_in = SignIn.as_view()
sign_out = auth.LogoutView.as_view()


@require_safe
@never_cache
@passkey_script
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """The page with the browser's dialogue for passkeys."""
    return render(request, "partners/sign-in-with-passkey.html", {"next": following(request)})


def following(request: HttpRequest) -> str:
    """Where to go after signing in: an address of this portal, never another's."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"
