"""Who reads a page: people of an organisation, signed in; and what they see while there is no policy in force."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sluis.apps.partners import selectors as partners
from sluis.core import errors

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for people: kept by no cache, for who is signed in. What is not there or not theirs is 404; no policy is 503."""

    @wraps(view)
    def answered(request: HttpRequest, **given: str | int) -> HttpResponse:
        try:
            return view(request, **given)
        except errors.NotFound:
            raise Http404 from None
        except errors.Unavailable:
            return render(request, "exchange/no-policy.html", status=503)

    return require_safe(never_cache(login_required(answered)))


def party_of(request: HttpRequest) -> bytes:
    """The party id of the reader's organisation. Raises PermissionDenied for who is of none."""
    return organisation_of(request)[0]


def organisation_of(request: HttpRequest) -> tuple[bytes, str]:
    """Party id and name of the reader's organisation. Raises PermissionDenied for who is of none."""
    membership = partners.organisation_of(request.user)
    if membership is None:
        raise PermissionDenied
    return bytes(membership.organisation_id), membership.organisation.name
