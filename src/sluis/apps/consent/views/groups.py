"""Pages of groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sluis.apps.consent import selectors, services
from sluis.apps.consent.forms import FoundForm, ItemForm
from sluis.apps.consent.models import Marking
from sluis.apps.consent.selectors import rules
from sluis.apps.consent.views import people, words
from sluis.apps.partners import selectors as partners
from sluis.apps.partners.selectors import Acting
from sluis.core import errors


@people.page
def list_groups(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One's groups and invitations, what is asked, what there was to tell. Who steers goes on to what waits."""
    if acting.role in rules.EVERYWHERE | rules.OWN_GROUPS:
        return redirect("consent:list-waiting")
    shown = {
        "mine": selectors.my_groups(acting),
        "messages_told": selectors.messages_for(acting),
        "decides": acting.role in rules.DECIDERS,
        "section": "groups",
    }
    return render(request, "consent/list-groups.html", shown)


@people.page
def found_group(request: HttpRequest, acting: Acting) -> HttpResponse:
    """A form to found a group; what is wrong is said beside what was typed."""
    rules.require(acting, rules.DECIDERS)
    others = [(key.hex(), name) for key, name in partners.names().items() if key != acting.organisation]
    form = FoundForm(request.POST or None, organisations=sorted(others, key=lambda one: one[1]))
    refused = ""
    if form.is_bound and form.is_valid():
        try:
            return redirect("consent:show-group", services.found(acting, form.founding()))
        except (errors.Malformed, errors.NotFound) as error:
            refused = words.told(error)
    elif form.is_bound:
        refused = words.refusal("onbekende-organisatie")
    return _asked(request, "consent/found-group.html", {"form": form, "refused": refused})


@people.page
def show_group(request: HttpRequest, acting: Acting, group: UUID) -> HttpResponse:
    """One group: who is in it, what members decide, its items 50 a page."""
    page = selectors.group_page(acting, group, after=request.GET.get("na", ""))
    shown = {
        "page": page,
        "rules": [(code, word) for code, word in words.RULES.items() if code != page.rule],
        "decides": acting.role in rules.DECIDERS,
        "writes": acting.role in rules.WRITERS,
        "is_first": not request.GET.get("na"),
        "section": "groups",
    }
    return render(request, "consent/show-group.html", shown)


@people.page
def write_item(request: HttpRequest, acting: Acting, group: UUID) -> HttpResponse:
    """A form to put an item into a group."""
    rules.require(acting, rules.WRITERS)
    page = selectors.group_page(acting, group)
    form = ItemForm(request.POST or None, initial={"markering": Marking.INSIDE})
    refused = ""
    if form.is_bound and form.is_valid():
        try:
            return redirect("consent:show-item", services.write(acting, group, form.draft()))
        except errors.Malformed as error:
            refused = words.told(error)
    elif form.is_bound:
        refused = words.refusal("stuk-onjuist")
    shown = {"form": form, "refused": refused, "page": page, "markings": Marking.choices}
    return _asked(request, "consent/write-item.html", shown)


def _asked(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"section": "groups", **shown}, status=422 if shown["refused"] else 200)


@people.deed("consent:show-group")
def join_group(request: HttpRequest, acting: Acting, group: UUID) -> None:  # noqa: ARG001
    """Takes an invitation."""
    services.join(acting, group)


@people.deed("consent:list-groups", listed=True)
def leave_group(request: HttpRequest, acting: Acting, group: UUID) -> None:  # noqa: ARG001
    """Leaves, or turns an invitation down."""
    services.leave(acting, group)


@people.deed("consent:show-group")
def propose_member(request: HttpRequest, acting: Acting, group: UUID) -> None:
    """Proposes one more member."""
    services.propose_member(acting, group, party(request, "organisatie"))


@people.deed("consent:show-group")
def propose_rule(request: HttpRequest, acting: Acting, group: UUID) -> None:
    """Proposes another rule."""
    services.propose_rule(acting, group, request.POST.get("regel", ""))


@people.deed("consent:show-group")
def vote_motion(request: HttpRequest, acting: Acting, *, group: UUID, motion: UUID) -> None:  # noqa: ARG001
    """Says yes or no."""
    services.vote(acting, motion, agrees=request.POST.get("antwoord") == "ja")


def party(request: HttpRequest, name: str) -> bytes:
    """The party id that was chosen. Raises Malformed `onbekende-organisatie`."""
    try:
        return bytes.fromhex(request.POST.get(name, ""))
    except ValueError:
        raise errors.Malformed("This is no organisation.", code="onbekende-organisatie") from None
