"""Leaving: what happens then, the own data, two people who say so, and the receipt behind a link of its own."""

from __future__ import annotations

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sluis.apps.partners import selectors, services
from sluis.apps.partners.models import Departure
from sluis.apps.partners.selectors import Acting
from sluis.apps.partners.selectors import leaving as found
from sluis.apps.partners.services import leaving, roles
from sluis.apps.partners.views.people import acting_page
from sluis.apps.partners.views.words import moment, words
from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import document


@require_safe
@acting_page
def show_leaving(request: HttpRequest, by: Acting) -> HttpResponse:
    """What leaving means, and what waits."""
    return _page(request, by)


def _page(request: HttpRequest, by: Acting, *, error: errors.SluisError | None = None) -> HttpResponse:
    waiting = selectors.waiting_for(by, kinds=frozenset({leaving.LEAVE.kind}))
    shown = {
        "section": "people",
        "organisation": by.organisation_name,
        "is_admin": by.role in roles.ADMINS,
        "may_decide": by.role in roles.ADMINS | leaving.LEAVE.decide_outside,
        "waiting": [(one, moment(one.proposed), moment(one.until), one.proposer_id == by.person) for one in waiting],
        "faults": words(error) if error else [],
    }
    status = 200 if error is None else 403 if isinstance(error, errors.NotAllowed) else 422
    return render(request, "partners/show-leaving.html", shown, status=status)


@require_safe
@acting_page
def download_own_data(request: HttpRequest, by: Acting) -> HttpResponse:  # noqa: ARG001
    """All that this room keeps of one's own organisation, for its administrators."""
    if by.role not in roles.ADMINS:
        raise PermissionDenied
    return _json("gegevens.json", document(found.export_of(by.organisation)))


def _json(name: str, octets: bytes) -> HttpResponse:
    kept = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return HttpResponse(octets, content_type="application/json", headers=kept)


@require_POST
@acting_page
def propose_leaving(request: HttpRequest, by: Acting) -> HttpResponse:
    """Proposes that one's own organisation leaves."""
    try:
        leaving.propose_leaving(by=by, reason=request.POST.get("reden", ""))
    except errors.SluisError as error:
        return _page(request, by, error=error)
    return redirect("partners:show-leaving")


@require_POST
@acting_page
def decide_leaving(request: HttpRequest, by: Acting, number: int) -> HttpResponse:
    """The second person; afterwards nobody of the organisation is signed in any more, so that the link is shown here."""
    try:
        if request.POST.get("besluit") != "ja":
            services.refuse(leaving.LEAVE, number, by=by, answer=request.POST.get("reden", ""))
            return redirect("partners:show-leaving")
        secret = leaving.decide_leaving(number, by=by)
    except (errors.NotAllowed, errors.Conflict, errors.Malformed) as error:
        return _page(request, by, error=error)
    path = reverse("partners:show-departure", args=[secret])
    return render(request, "partners/left.html", {"path": path, "link": request.build_absolute_uri(path)})


@require_safe
@never_cache
def show_departure(request: HttpRequest, secret: str) -> HttpResponse:
    """The receipt, in words."""
    row = _departure(secret)
    signed = msgspec.json.decode(bytes(row.receipt), type=Signed)
    receipt = documents.read(signed.payload, leaving.Receipt)
    shown = {"receipt": receipt, "left": moment(receipt.left), "secret": secret, "key": signed.signatures[0].key.hex()}
    return render(request, "partners/show-departure.html", shown)


@require_safe
@never_cache
def download_departure(request: HttpRequest, secret: str, name: str) -> HttpResponse:  # noqa: ARG001
    """The signed receipt (`bewijs`) or the own data (`gegevens`) as a file."""
    row = _departure(secret)
    match name:
        case "bewijs":
            return _json("bewijs.json", bytes(row.receipt))
        case "gegevens":
            return _json("gegevens.json", bytes(row.export))
        case _:
            raise Http404


def _departure(secret: str) -> Departure:
    try:
        return found.departure(secret)
    except errors.NotFound:
        raise Http404 from None
