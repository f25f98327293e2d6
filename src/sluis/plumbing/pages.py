"""What every page for people has in common: who may see it, that no cache keeps it, and how it fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Generic, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sluis.core import errors

View = Callable[..., HttpResponse]
Deed = Callable[..., object]
Who = TypeVar("Who")


def page(view: View) -> View:
    """A page to read: kept by no cache, for who is signed in. What is not there or not theirs is 404; who acts for no
    organisation, as a guest, gets 403 where one is needed; no policy is 503."""
    return require_safe(guarded(view))


def form_page(view: View) -> View:
    """As `page`, and it takes what somebody fills in."""
    return require_http_methods(["GET", "HEAD", "POST"])(guarded(view))


def guarded(view: View) -> View:
    """What both have in common, for rooms whose pages add to it: no cache, signed in, 403, 404 and 503 as `page` says."""

    @wraps(view)
    def answered(request: HttpRequest, **given: str | int) -> HttpResponse:
        try:
            return view(request, **given)
        except errors.NotFound:
            raise Http404 from None
        except errors.NotAllowed:
            raise PermissionDenied from None
        except errors.Unavailable:
            return render(request, "exchange/no-policy.html", status=503)

    return never_cache(login_required(answered))


@dataclass(frozen=True, slots=True)
class Room(Generic[Who]):
    """The pages of a room for people who act: `acting` says who that is, `told` why something was refused, and `no_right` is
    the template that says so to a role that may not.
    """

    acting: Callable[[AbstractBaseUser | AnonymousUser], Who]
    told: Callable[[errors.SluisError], str]
    no_right: str

    def page(self, view: View) -> View:
        """A page for people, kept by no cache. What is not there or not theirs is 404; a role that may not is told so, 403."""

        @wraps(view)
        def answered(request: HttpRequest, **given: UUID) -> HttpResponse:
            try:
                return view(request, self.acting(request.user), **given)
            except errors.NotAllowed as error:
                return render(request, self.no_right, {"reason": self.told(error)}, status=403)

        return form_page(answered)

    def deed(self, back: str, *, listed: bool = False) -> Callable[[Deed], View]:
        """A button: does one thing, then shows the page named `back` again, which says why when it was refused.

        The first id in the address is that of the page, unless that is a list.
        """

        def made(act: Deed) -> View:
            @wraps(act)
            def answered(request: HttpRequest, **given: UUID) -> HttpResponse:
                try:
                    act(request, self.acting(request.user), **given)
                except errors.NotFound:
                    raise
                except errors.SluisError as error:
                    messages.error(request, self.told(error))
                return redirect(back, *([] if listed else list(given.values())[:1]))

            return require_POST(guarded(answered))

        return made
