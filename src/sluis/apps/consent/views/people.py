"""Who reads and who acts: people of an organisation, signed in. What is not theirs is not there; a role hears what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from sluis.apps.consent.views import words
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.plumbing import pages

Page = Callable[..., HttpResponse]
Deed = Callable[..., object]


def page(view: Page) -> Page:
    """A page for people, kept by no cache. What is not there or not theirs is 404; a role that may not is told so with 403."""

    @wraps(view)
    def answered(request: HttpRequest, **given: UUID) -> HttpResponse:
        try:
            return view(request, partners.acting(request.user), **given)
        except errors.NotAllowed as error:
            return render(request, "consent/no-right.html", {"reason": words.told(error)}, status=403)

    return pages.form_page(answered)


def deed(back: str, *, listed: bool = False) -> Callable[[Deed], Page]:
    """A button: does one thing, then shows the page named `back` again, which says why when it was refused.

    The first id in the address is that of the page, unless that is a list.
    """

    def made(act: Deed) -> Page:
        @wraps(act)
        def answered(request: HttpRequest, **given: UUID) -> HttpResponse:
            try:
                act(request, partners.acting(request.user), **given)
            except errors.NotFound:
                raise
            except errors.SluisError as error:
                messages.error(request, words.told(error))
            return redirect(back, *([] if listed else list(given.values())[:1]))

        return require_POST(pages.guarded(answered))

    return made
