"""What every request of a signed-in person passes: how long a session lasts, the second factor, and for whom somebody acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from sluis.apps.partners import selectors
from sluis.apps.partners.models import Membership
from sluis.apps.partners.selectors.people import CHOSEN
from sluis.wire import clock

Answer = Callable[[HttpRequest], HttpResponse]
LONGEST: Final = 8 * 3600
IDLE: Final = 30 * 60
# A session is not written at each request for its own idleness: to the minute is enough.
_GRAIN: Final = 60
_BEGUN, _SEEN = "begun", "seen"
MEMBERSHIP: Final = "membership"
VOUCHED: Final = "vouched_by"
# Pages for everybody: a session that ended, or is halfway in, does not stand before them.
_PUBLIC: Final = ("/aansluiten", "/uitnodiging/", "/vertrokken/")
# Where somebody is halfway in: the pages of signing in, signing out, and the language.
_HALFWAY: Final = (*_PUBLIC, "/inloggen", "/uitloggen", "/i18n/")
# Where somebody goes who has several organisations and did not choose one yet.
_UNDECIDED: Final = (*_HALFWAY, "/werkt-voor", "/account")


def sessions(get_response: Answer) -> Answer:
    """The guard. Raises ImproperlyConfigured when people could sign in to real data without a second factor."""
    if not (settings.SLUIS_SECOND_FACTOR or settings.SLUIS_INVENTED):
        raise ImproperlyConfigured("SLUIS_SECOND_FACTOR may be off with invented data only.")

    def guarded(request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        response = (_stopped(request) if signed_in else None) or get_response(request)
        if request.session.accessed and SESSION_KEY in request.session and _BEGUN not in request.session:
            request.session[_BEGUN] = request.session[_SEEN] = clock.now()
        return response

    return guarded


def _stopped(request: HttpRequest) -> HttpResponse | None:
    """Where the person goes instead, or None: the page may answer."""
    if _is_over(request):
        return _out(request, "tijd")
    found = _chosen(request)
    if found is None and MEMBERSHIP in request.session:
        return _out(request, "rol")
    setattr(request.user, CHOSEN, None)
    lacking = _lacking(request)
    if lacking is None:
        setattr(request.user, CHOSEN, found)
    if request.path.startswith(_HALFWAY):
        return None
    if lacking is not None:
        return redirect(going(lacking, request))
    return _undecided(request) if found is None else None


def _is_over(request: HttpRequest) -> bool:
    now, begun, seen = clock.now(), request.session.get(_BEGUN), request.session.get(_SEEN)
    if begun is None or seen is None:
        return False
    if now - begun >= LONGEST or now - seen >= IDLE:
        return True
    if now - seen >= _GRAIN:
        request.session[_SEEN] = now
    return False


def _out(request: HttpRequest, why: str) -> HttpResponse | None:
    logout(request)
    if request.path.startswith(_PUBLIC):
        return None
    return redirect(f"{going('partners:sign-in', request)}&reden={why}")


def going(name: str, request: HttpRequest) -> str:
    """The address of a page of signing in, which goes on afterwards to where the person was going."""
    return f"{reverse(name)}?{urlencode({'next': request.get_full_path() if request.method == 'GET' else '/'})}"


def _chosen(request: HttpRequest) -> Membership | None:
    """The role that this session acts in: the one that was chosen, or the only one there is."""
    number = request.session.get(MEMBERSHIP)
    if number is not None:
        return selectors.membership_of(request.user, number)
    rows = choices(request)
    if len(rows) != 1:
        return None
    request.session[MEMBERSHIP] = rows[0].pk
    return rows[0]


def choices(request: HttpRequest) -> list[Membership]:
    """The roles that this session may act in. A partner's identity provider vouches for that partner's people only."""
    vouched = request.session.get(VOUCHED)
    return [
        one for one in selectors.memberships_of(request.user) if vouched is None or bytes(one.organisation_id).hex() == vouched
    ]


def _lacking(request: HttpRequest) -> str | None:
    """The page of the step of signing in that this session still lacks."""
    if selectors.needs_code(request.user):
        return "partners:enter-code"
    if settings.SLUIS_SECOND_FACTOR and getattr(request.user, "otp_device", None) is None:
        return "partners:add-factor"
    return None


def _undecided(request: HttpRequest) -> HttpResponse | None:
    if request.path.startswith(_UNDECIDED) or len(choices(request)) < 2:
        return None
    return redirect(going("partners:choose-organisation", request))
