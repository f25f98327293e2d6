"""The hub's API of the exchange: policy with keys, ceremonies, holders' log lines, signals, disclosures."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from sluis.apps.audit import services as audit
from sluis.apps.exchange import selectors, services
from sluis.apps.partners import selectors as partners
from sluis.apps.partners import services as directory
from sluis.core.exchange.admission import Publication
from sluis.core.exchange.bodies import DisclosureRequest, LogLine, PublishAnswer
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.policy import SignedSnapshot
from sluis.plumbing import api, signed

router = Router(tags=["uitwisselen"])


class _Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[LogLine, ...]


@router.get("/beleid", summary="The policy snapshot and key records, as far as the caller may see them")
def get_policy(request: HttpRequest) -> HttpResponse:
    """Signed by a member, holder or edge."""
    view = partners.policy_for(signed.signer(request))
    keys = selectors.key_records(view.circles)
    return api.answer({"head": view.head, "keys": keys, "revocations": view.revocations, "sections": view.sections})


@router.post("/beleid", summary="Hand in a signed policy snapshot")
def post_policy(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signatures; needs no signed request."""
    return api.answer({"serial": directory.accept_policy(api.read(request, SignedSnapshot))}, status=201)


@router.post("/beleid/intrekkingen", summary="Hand in a signed revocation of a key")
def post_revocation(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signature; needs no signed request."""
    return api.answer({"key": directory.accept_revocation(api.read(request, Signed))}, status=201)


@router.get("/ceremonies", summary="Open key ceremonies")
def get_ceremonies(request: HttpRequest) -> HttpResponse:
    """Signed by a holder."""
    return api.answer({"ceremonies": selectors.open_mailboxes(signed.signer(request))})


@router.post("/ceremonies/{identity}/berichten", summary="Post a message in a key ceremony")
def post_message(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by a holder, the message too."""
    key = signed.signer(request)
    return api.answer(services.post_message(api.identifier(identity), api.read(request, Signed), key=key))


@router.post("/sleutelhouders/logregels", summary="Hand in a holder's log lines")
def post_lines(request: HttpRequest) -> HttpResponse:
    """Signed by a holder; lines that are there already change nothing."""
    index = selectors.holder_index(signed.signer(request))
    return api.answer({"stored": audit.keep_holder_lines(index, api.read(request, _Lines).lines)})


@router.post("/kringen/{circle}/signalen", summary="Share signals in a circle")
def post_signals(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by a member; all or nothing, durable when answered, a replay is a no-op."""
    key = signed.signer(request)
    states = services.publish(api.identifier(circle), api.read(request, Publication), key=key)
    return api.answer(PublishAnswer(tuple(states)))


@router.post("/verstrekkingen", summary="Disclose the contexts behind a hit")
def post_disclosure(request: HttpRequest) -> HttpResponse:
    """Signed by a member; through the legal gate, against a receipt."""
    key = signed.signer(request)
    return api.answer(services.disclose(api.read(request, DisclosureRequest), key=key))
