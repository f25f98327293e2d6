"""Pages of the inventory: one's groups, the ranked list of one, an entry with one's own marks."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sluis.apps.casework import selectors, services
from sluis.apps.casework.models import Kind
from sluis.apps.casework.selectors import rules
from sluis.apps.casework.services import Found, Marks
from sluis.apps.casework.views import people
from sluis.apps.casework.views.people import Form
from sluis.apps.partners.selectors import Acting

MARKS = (1, 2, 3, 4, 5)


@people.page
def show_inventory(request: HttpRequest, acting: Acting, group: UUID) -> HttpResponse:
    """The ranked inventory of one group."""
    shown = {"page": selectors.inventory(acting, group), "fewest": rules.FEWEST, "section": "cases"}
    return render(request, "casework/show-inventory.html", shown)


@people.page
def bring_in(request: HttpRequest, acting: Acting, group: UUID) -> HttpResponse:
    """A form to bring something into the inventory."""
    page = selectors.inventory(acting, group)
    form = Form("casework/bring-in.html", {"page": page, "kinds": Kind.choices}, "casework:show-entry", {"soort": "knelpunt"})
    return people.filled(
        request,
        form,
        lambda typed: services.bring_in(acting, group, Found(typed["soort"], typed["titel"], typed["tekst"])),
    )


@people.page
def show_entry(request: HttpRequest, acting: Acting, bottleneck: UUID) -> HttpResponse:
    """One entry, what people think of it together, and one's own marks."""
    page = selectors.entry_page(acting, bottleneck)
    shown = {"page": page, "marks": MARKS, "asked": _asked(page.mine), "fewest": rules.FEWEST, "section": "cases"}
    return render(request, "casework/show-entry.html", shown)


def _asked(mine: tuple[int, int, int] | None) -> list[tuple[str, int]]:
    return list(zip(Marks.__slots__, mine or (0, 0, 0), strict=True))


@people.deed("casework:show-entry")
def score_entry(request: HttpRequest, acting: Acting, bottleneck: UUID) -> None:
    """Gives one's own marks."""
    given = {name: people.whole(request.POST.get(name)) for name in Marks.__slots__}
    services.score(acting, bottleneck, Marks(**given))


@people.deed("casework:show-entry")
def drop_entry(request: HttpRequest, acting: Acting, bottleneck: UUID) -> None:
    """Takes an entry out of the ranking."""
    services.drop(acting, bottleneck, request.POST.get("reden", ""))
