"""Pages of guests: for members, who has access; for an adviser, the invitation, the one case, and the advice."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import Adviser
from sluis.apps.casework.services import Invited, Paper
from sluis.apps.casework.views import people, words
from sluis.apps.casework.views.people import Form
from sluis.apps.partners.selectors import Acting
from sluis.core import errors
from sluis.plumbing.pages import Room

_GUESTS: Final = Room(acting=selectors.adviser, told=words.told, no_right="casework/no-right.html")


@people.page
def list_guests(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """Who has access, and a form to propose somebody."""
    form = Form("casework/list-guests.html", {"page": selectors.guests_page(acting, case)}, "casework:list-guests")

    def propose(typed: people.Typed) -> UUID:
        services.propose_guest(acting, case, Invited(typed["naam"], typed["kantoor"], people.whole(typed["dagen"])))
        return case

    return people.filled(request, form, propose)


@people.page
def confirm_guest(request: HttpRequest, acting: Acting, *, case: UUID, guest: UUID) -> HttpResponse:
    """Confirms, and shows the invitation, once."""
    if request.method != "POST":
        return redirect("casework:list-guests", case)
    try:
        secret = services.confirm_guest(acting, case, guest)
    except (errors.Conflict, errors.NotAllowed) as error:
        people.complain(request, error)
        return redirect("casework:list-guests", case)
    link = request.build_absolute_uri(reverse("casework:accept-guest", args=[secret]))
    shown = {"link": link, "page": selectors.guests_page(acting, case), "section": "cases"}
    return render(request, "casework/guest-invited.html", shown)


@people.deed("casework:list-guests")
def end_guest(request: HttpRequest, acting: Acting, *, case: UUID, guest: UUID) -> None:  # noqa: ARG001
    """Ends access, or turns a proposal down."""
    services.end_guest(acting, case, guest)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accept_guest(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind an invitation: choose a name and a password; signing in asks for a second factor after that."""
    refused: list[str] = []
    try:
        name = services.invited_by(secret)
        if request.method == "POST":
            typed = request.POST.get("naam", "").strip()
            services.accept_guest(secret, username=typed, password=request.POST.get("wachtwoord", ""))
            return redirect(f"{reverse('partners:sign-in')}?next={reverse('casework:list-advice')}")
    except errors.NotFound:
        raise Http404 from None
    except (errors.Malformed, errors.NotAllowed) as error:
        refused = words.lines(error)
    shown = {"name": name, "refused": refused, "typed": people.Typed(request.POST.dict())}
    return render(request, "casework/accept-guest.html", shown, status=422 if refused else 200)


@_GUESTS.page
def list_advice(request: HttpRequest, who: Adviser) -> HttpResponse:
    """The cases that are open to a guest now."""
    return render(request, "casework/list-advice.html", {"cases": selectors.advice_cases(who)})


@_GUESTS.page
def show_advice(request: HttpRequest, who: Adviser, case: UUID) -> HttpResponse:
    """The one case of a guest, with a form for advice while the case is at the legal stage."""
    form = Form("casework/show-advice.html", {"page": selectors.advice_page(who, case)}, "casework:show-advice")

    def advise(typed: people.Typed) -> UUID:
        services.give_advice(who, case, Paper(typed["titel"], typed["vindplaats"], typed["advies"]))
        return case

    return people.filled(request, form, advise)
