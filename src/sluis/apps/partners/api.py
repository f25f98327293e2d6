"""The policy's proof: what holders fetch and post as witnesses of the log, and what parties read of themselves in it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from sluis.apps.audit import selectors as audited
from sluis.apps.partners import selectors, services
from sluis.core.exchange.bodies import Cosigned, LogCandidate, OwnEvents
from sluis.plumbing import api, signed

PAGE: Final = 500
router = Router(tags=["logboek"])


@router.get("/log/kandidaat", summary="The newest checkpoint, and the snapshot that waits for its proof")
def get_candidate(request: HttpRequest) -> HttpResponse:
    """Signed by a holder, of the snapshot in force or of the one that waits."""
    selectors.witness(signed.signer(request))
    found = selectors.waiting()
    return api.answer(LogCandidate(checkpoint=audited.newest_note(), head=found.sent.head if found else None))


@router.post("/log/medeondertekeningen", summary="Cosign a checkpoint as a witness of the log")
def post_cosignature(request: HttpRequest) -> HttpResponse:
    """Signed by a holder."""
    key, given = signed.signer(request), api.read(request, Cosigned)
    services.cosign(given, key=key)
    return api.answer({"size": given.size})


@router.get("/log/gebeurtenissen", summary="What the log has of the caller, in its order")
def get_events(request: HttpRequest, vanaf: str = "0") -> HttpResponse:
    """Signed by a member or holder; from place `vanaf` on, 500 a page."""
    party = selectors.owner(signed.signer(request))
    found = audited.events_of(party, start=api.number(vanaf, where="vanaf"), limit=PAGE)
    following = found[-1].place + 1 if len(found) == PAGE else None
    return api.answer(OwnEvents(events=tuple(found), next=following))
