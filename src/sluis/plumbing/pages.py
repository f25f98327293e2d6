"""What every page for people has in common: who may see it, that no cache keeps it, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sluis.core import errors

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page to read: kept by no cache, for who is signed in. What is not there or not theirs is 404; no policy is 503."""
    return require_safe(guarded(view))


def form_page(view: View) -> View:
    """As `page`, and it takes what somebody fills in."""
    return require_http_methods(["GET", "HEAD", "POST"])(guarded(view))


def guarded(view: View) -> View:
    """What both have in common, for rooms whose pages add to it: no cache, signed in, 404 and 503 as `page` says."""

    @wraps(view)
    def answered(request: HttpRequest, **given: str | int) -> HttpResponse:
        try:
            return view(request, **given)
        except errors.NotFound:
            raise Http404 from None
        except errors.Unavailable:
            return render(request, "exchange/no-policy.html", status=503)

    return never_cache(login_required(answered))
