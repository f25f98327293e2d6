"""The second step of signing in: a code, and adding what makes the codes."""

from __future__ import annotations

import secrets
from base64 import b32encode
from typing import Any

import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_lockout_response
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp import login as mark_verified
from django_otp.plugins.otp_totp.models import TOTPDevice

from sluis.apps.partners import selectors, services
from sluis.apps.partners.views.sign_in import following
from sluis.core import errors

_PENDING = "pending_factor"
_KEY_OCTETS = 20


def person_of(request: HttpRequest) -> User:
    """The person who is signed in, as the services of signing in take them. Raises NotAllowed for nobody."""
    user = User.objects.filter(pk=request.user.pk or 0).first()
    if user is None:
        raise errors.NotAllowed("Nobody is signed in.")
    return user


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def enter_code(request: HttpRequest) -> HttpResponse:
    """Asks for a code of the code generator, or a recovery code; then the session gets a new key."""
    if not selectors.needs_code(request.user):
        return redirect(following(request))
    shown = {"next": following(request), "fault": ""}
    if request.method != "POST":
        return render(request, "partners/enter-code.html", shown)
    if (locked := locked_out(request)) is not None:
        return locked
    verified = services.use_code(person_of(request), request.POST.get("code", ""))
    if verified is None:
        return wrong_code(request, "partners/enter-code.html", shown)
    _verify(request, verified.device)
    return redirect("partners:show-account" if verified.by_recovery else following(request))


def _verify(request: HttpRequest, device: TOTPDevice) -> None:
    mark_verified(request, device)
    request.session.cycle_key()


def locked_out(request: HttpRequest) -> HttpResponse | None:
    """The answer for who tried too many wrong passwords or codes, with the session ended; None while trying is allowed."""
    credentials = {"username": request.user.get_username()}
    if AxesProxyHandler.is_allowed(request, credentials):
        return None
    logout(request)
    answer: HttpResponse = get_lockout_response(request, credentials=credentials)
    return answer


def wrong_code(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    """A wrong code counts as a wrong password; the page says so, or that the door is shut now."""
    credentials = {"username": request.user.get_username()}
    AxesProxyHandler.user_login_failed(__name__, credentials=credentials, request=request)
    if (locked := locked_out(request)) is not None:
        return locked
    fault = _("Deze code klopt niet, of is al gebruikt. Wacht tot uw telefoon een nieuwe code toont en typ die.")
    return render(request, template, {**shown, "fault": fault}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def add_factor(request: HttpRequest) -> HttpResponse:
    """Shows a secret as QR code and as text, and takes it when the first code is right.

    Who has a code app already shows that too, by a code of it or a recovery code: a browser left open gives no new phone.
    """
    if selectors.needs_code(request.user):
        return redirect("partners:enter-code")
    key = request.session.setdefault(_PENDING, secrets.token_hex(_KEY_OCTETS))
    if request.method != "POST":
        return _shown(request, key)
    if (locked := locked_out(request)) is not None:
        return locked
    person, is_new = person_of(request), selectors.totp_of(request.user.pk or 0) is None
    if not is_new and services.use_code(person, request.POST.get("oud", "")) is None:
        return wrong_code(request, "partners/add-factor.html", _secret(request, key))
    try:
        device, codes = services.confirm_factor(person, key=key, code=request.POST.get("code", ""))
    except errors.Malformed:
        return wrong_code(request, "partners/add-factor.html", _secret(request, key))
    del request.session[_PENDING]
    _verify(request, device)
    return render(request, "partners/recovery-codes.html", {"codes": codes, "next": following(request)})


def _shown(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "partners/add-factor.html", _secret(request, key))


def _secret(request: HttpRequest, key: str) -> dict[str, Any]:
    text = b32encode(bytes.fromhex(key)).decode()
    drawn = segno.make(TOTPDevice(user=person_of(request), key=key).config_url, error="m", micro=False)
    square = drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", title=_("QR-code voor uw code-app"))
    return {
        "next": following(request),
        "fault": "",
        # Our own drawing of our own secret: no text of anybody stands in it but the name, inside the squares.
        "square": mark_safe(square),  # noqa: S308
        "secret": " ".join(text[i : i + 4] for i in range(0, len(text), 4)),
        "is_new": selectors.totp_of(request.user.pk or 0) is None,
    }
