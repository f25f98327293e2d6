"""The policy's proof: what holders fetch and post as witnesses of the log, and what parties read of themselves in it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse

from sluis.apps.audit import selectors as audited
from sluis.apps.partners import selectors, services
from sluis.core.exchange.bodies import CosignatureKept, Cosigned, LogCandidate, OwnEvents
from sluis.plumbing import api, signed
from sluis.plumbing.api import Says

PAGE: Final = 500
calls = api.Calls("logboek")


@calls.get("/log/kandidaat", "The newest checkpoint, and the snapshot that waits for its proof", answers=LogCandidate)
def get_candidate(request: HttpRequest) -> HttpResponse:
    """Signed by a holder, of the snapshot in force or of the one that waits."""
    selectors.witness(signed.signer(request))
    found = selectors.waiting()
    return api.answer(LogCandidate(checkpoint=audited.newest_note(), head=found.sent.head if found else None))


@calls.post(
    "/log/medeondertekeningen", "Cosign a checkpoint as a witness of the log", Says(reads=Cosigned, answers=CosignatureKept)
)
def post_cosignature(request: HttpRequest) -> HttpResponse:
    """Signed by a holder."""
    key, given = signed.signer(request), api.read(request, Cosigned)
    services.cosign(given, key=key)
    return api.answer(CosignatureKept(given.size))


@calls.get("/log/gebeurtenissen", "What the log has of the caller, in its order", answers=OwnEvents)
def get_events(request: HttpRequest, vanaf: str = "0") -> HttpResponse:
    """Signed by a member or holder; from place `vanaf` on, 500 a page."""
    party = selectors.owner(signed.signer(request))
    found = audited.events_of(party, start=api.number(vanaf, where="vanaf"), limit=PAGE)
    following = found[-1].place + 1 if len(found) == PAGE else None
    return api.answer(OwnEvents(events=tuple(found), next=following))
