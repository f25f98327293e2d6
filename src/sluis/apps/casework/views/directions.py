"""Pages of solution directions: options side by side, talks, the decision, and the memo with its print."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation

from sluis.apps.casework import selectors, services
from sluis.apps.casework.models import Route
from sluis.apps.casework.services import Decided, Option, Talk
from sluis.apps.casework.views import people, words
from sluis.apps.casework.views.people import Form
from sluis.apps.partners.selectors import Acting
from sluis.core import errors

DONE = "casework:show-directions"


@people.page
def show_directions(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """The options, talks and decisions of a case."""
    shown = {"page": selectors.directions_page(acting, case), "section": "cases"}
    return render(request, "casework/show-directions.html", shown)


@people.page
def add_direction(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """A form for one option."""
    shown = {"page": selectors.directions_page(acting, case), "routes": Route.choices}

    def add(typed: people.Typed) -> UUID:
        option = Option(
            typed["titel"],
            typed["effect"],
            typed["kosten"],
            typed["beslisser"],
            typed["route"],
            article=typed["artikel"],
            change=typed["wijziging"],
            address=typed["adres"],
        )
        services.add_direction(acting, case, option)
        return case

    return people.filled(request, Form("casework/add-direction.html", shown, DONE, {"route": Route.PRACTICE}), add)


@people.page
def add_workshop(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """A form for a talk."""
    chosen = tuple(request.POST.getlist("leden"))
    shown = {"page": selectors.directions_page(acting, case), "chosen": chosen}

    def add(typed: people.Typed) -> UUID:
        services.record_workshop(acting, case, Talk(typed["dag"], chosen, typed["anderen"], typed["afgesproken"]))
        return case

    return people.filled(request, Form("casework/add-workshop.html", shown, DONE), add)


@people.page
def add_decision(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """A form for what executives decided."""
    shown = {"page": selectors.directions_page(acting, case)}

    def add(typed: people.Typed) -> UUID:
        decided = Decided(typed["richting"], typed["besluitdoor"], typed["dag"], typed["reden"])
        services.record_decision(acting, case, decided)
        return case

    return people.filled(request, Form("casework/add-decision.html", shown, DONE), add)


@people.page
def show_memo(request: HttpRequest, acting: Acting, case: UUID) -> HttpResponse:
    """The memo made of the case as it is, to print; its button puts these words into the group."""
    page = selectors.directions_page(acting, case)
    if request.method == "POST":
        try:
            return redirect("consent:show-item", services.keep_memo(acting, case, _text(page)))
        except (errors.Malformed, errors.Conflict) as error:
            messages.error(request, words.told(error))
    return render(request, "casework/show-memo.html", {"page": page, "section": "cases"})


def _text(page: selectors.DirectionsPage) -> str:
    """The memo as plain text, in Dutch whatever the reader's language: it is one text that all agree to."""
    with translation.override("nl"):
        return render_to_string("casework/memo.txt", {"page": page})
