"""What others see: released items, that something waits, and break-glass."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sluis.apps.consent import selectors, services
from sluis.apps.consent.selectors import rules
from sluis.apps.consent.selectors.waiting import PAGE
from sluis.apps.consent.views import people, words
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


@require_safe
@never_cache
def list_published(request: HttpRequest) -> HttpResponse:
    """What was released to the reader; without signing in, to everybody."""
    found = selectors.published(_reader(request), after=request.GET.get("na", ""))
    more = found[PAGE - 1].mark if len(found) > PAGE else ""
    shown = {"rows": found[:PAGE], "more": more, "is_first": not request.GET.get("na"), "section": "groups"}
    return render(request, "consent/list-published.html", shown)


@require_safe
@never_cache
def show_published(request: HttpRequest, release: UUID) -> HttpResponse:
    """One released item, without its source."""
    try:
        found = selectors.published_one(_reader(request), release)
    except errors.NotFound:
        raise Http404 from None
    return render(request, "consent/show-published.html", {"one": found, "section": "groups"})


def _reader(request: HttpRequest) -> Acting | None:
    """Who reads for an organisation; None for everybody else."""
    try:
        return partners.acting(request.user)
    except errors.NotAllowed:
        return None


@people.page
def list_waiting(request: HttpRequest, acting: Acting) -> HttpResponse:
    """For steering: that something waits, never what."""
    rows = selectors.waiting(acting, after=request.GET.get("na", ""))
    more = rows[PAGE - 1].mark if len(rows) > PAGE else ""
    shown = {
        "rows": rows[:PAGE],
        "more": more,
        "is_first": not request.GET.get("na"),
        "runs": acting.role in rules.OPERATORS,
        "section": "groups",
    }
    return render(request, "consent/list-waiting.html", shown)


@people.page
def list_glasses(request: HttpRequest, acting: Acting) -> HttpResponse:
    """For operators: requests for break-glass, and a form to ask for one item."""
    if request.method == "POST":
        try:
            services.ask_glass(acting, UUID(request.POST.get("stuk", "")), request.POST.get("reden", ""))
        except ValueError:
            messages.error(request, words.refusal("onbekend-stuk"))
        except (errors.Malformed, errors.NotFound) as error:
            messages.error(request, words.told(error))
        return redirect("consent:list-glasses")
    shown = {"rows": selectors.glass_requests(acting), "section": "groups"}
    return render(request, "consent/list-glasses.html", shown)


@people.deed("consent:list-glasses", listed=True)
def open_glass(request: HttpRequest, acting: Acting, glass: UUID) -> None:  # noqa: ARG001
    """Opens another operator's request."""
    services.approve_glass(acting, glass)


@people.page
def read_glass(request: HttpRequest, acting: Acting, glass: UUID) -> HttpResponse:
    """The one item, within its hour. Looking is an act, so the page comes by a button."""
    if request.method != "POST":
        return redirect("consent:list-glasses")
    try:
        found = services.read_by_glass(acting, glass)
    except errors.Conflict as error:
        messages.error(request, words.told(error))
        return redirect("consent:list-glasses")
    shown = {"version": found, "paragraphs": rules.paragraphs(found.text), "section": "groups"}
    return render(request, "consent/read-glass.html", shown)
