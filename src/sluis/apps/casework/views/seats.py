"""Who sits in the expert group: read by all who act for a partner, changed by two who steer."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from sluis.apps.casework import selectors, services
from sluis.apps.casework.selectors import rules
from sluis.apps.casework.services import SEAT, Seat
from sluis.apps.casework.views import people, words
from sluis.apps.partners import selectors as partners
from sluis.apps.partners import services as partners_services
from sluis.apps.partners.selectors import Acting
from sluis.core import errors

_KINDS: Final = frozenset({SEAT.kind})


@people.page
def list_seats(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Seats, what waits for a second person, and for who steers a form."""
    refused, typed = list[str](), people.Typed(request.POST.dict())
    if request.method == "POST":
        told = {"username": typed["naam"].strip(), "seat": typed["zetel"], "reason": typed["reden"]}
        try:
            services.propose_seat(acting, **told)
            return redirect("casework:list-seats")
        except (errors.Malformed, errors.Conflict) as error:
            refused = words.lines(error)
    steers = acting.role in rules.STEERING
    shown = {
        "seats": selectors.seats(),
        "waiting": _waiting(acting) if steers else [],
        "steers": steers,
        "choices": words.SEATS.items(),
        "typed": typed,
        "refused": refused,
        "section": "experts",
    }
    return render(request, "casework/list-seats.html", shown, status=422 if refused else 200)


def _waiting(acting: Acting) -> list[dict[str, object]]:
    """Proposals of both who steer: a seat is the whole programme's, whoever of them proposed it."""
    rows = partners.waiting_everywhere(kinds=_KINDS)
    return [
        {"change": one, "told": partners_services.payload_of(one, Seat), "is_mine": one.proposer_id == acting.person}
        for one in rows
    ]


@people.deed("casework:list-seats", listed=True)
def decide_seat(request: HttpRequest, acting: Acting, number: int) -> None:
    """Approves or refuses what another proposed."""
    if request.POST.get("besluit") == "ja":
        services.approve_seat(acting, number)
    else:
        services.refuse_seat(acting, number, request.POST.get("reden", ""))


@people.deed("casework:list-seats", listed=True)
def end_seat(request: HttpRequest, acting: Acting, number: int) -> None:  # noqa: ARG001
    """Ends a seat."""
    services.end_seat(acting, number)
