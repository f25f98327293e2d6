"""`/v1/beleid`: the policy snapshot goes in signed and comes out as far as the caller may see it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from sluis.apps.partners import services
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.policy import SignedSnapshot
from sluis.plumbing import api

router = Router(tags=["beleid"])


@router.post("/beleid", summary="Hand in a signed policy snapshot")
def post_policy(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signatures; needs no signed request."""
    return api.answer({"serial": services.accept_policy(api.read(request, SignedSnapshot))}, status=201)


@router.post("/beleid/intrekkingen", summary="Hand in a signed revocation of a key")
def post_revocation(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signature; needs no signed request."""
    return api.answer({"key": services.accept_revocation(api.read(request, Signed))}, status=201)
