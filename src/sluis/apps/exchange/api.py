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
from sluis.core.exchange.bodies import DisclosureDecision, DisclosureRequest, LinesKept, LogLine, PublishAnswer
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.policy import SignedSnapshot
from sluis.core.exchange.rights import (
    AccessAnswer,
    AccessRequest,
    DisputeDecision,
    DisputeRequest,
    FeedbackRequest,
    WithdrawRequest,
)
from sluis.plumbing import api, signed

router = Router(tags=["uitwisselen"])


class _Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lines: tuple[LogLine, ...]


@router.get("/beleid", summary="The policy snapshot and key records, as far as the caller may see them")
def get_policy(request: HttpRequest, vanaf: str = "0") -> HttpResponse:
    """Signed by a member, holder or edge; with the changes of holders since the serial `vanaf` that the caller has."""
    view = partners.policy_for(signed.signer(request), since=api.number(vanaf, where="vanaf"))
    told = {name: getattr(view, name) for name in ("head", "proof", "revocations", "sections", "steps")}
    return api.answer({**told, "keys": selectors.key_records(view.circles)})


@router.post("/beleid", summary="Hand in a signed policy snapshot")
def post_policy(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signatures; needs no signed request."""
    return api.answer(directory.offer_policy(api.read(request, SignedSnapshot)), status=201)


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
    holder, lines = selectors.holder(signed.signer(request)), api.read(request, _Lines).lines
    leaves = audit.keep_holder_lines(holder.index, lines, witness=holder.id)
    return api.answer(LinesKept(leaves=tuple(leaves), stored=len(lines)))


@router.post("/sleutelhouders/verversingen", summary="Order new shares of every key")
def post_refresh_order(request: HttpRequest) -> HttpResponse:
    """Signed by a holder, the order too; all holders see it in the mailbox."""
    key = signed.signer(request)
    return api.answer(services.order_refresh(api.read(request, Signed), key=key), status=201)


@router.post("/sleutelhouders/wissingen", summary="Hand in a holder's word that it erased shares")
def post_attestation(request: HttpRequest) -> HttpResponse:
    """Signed by the holder, the attestation too."""
    key = signed.signer(request)
    return api.answer(services.keep_attestation(api.read(request, Signed), key=key), status=201)


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


@router.get("/verstrekkingen/{identity}", summary="What became of a request for context that publishers were asked about")
def get_disclosure(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the member that asked; what was agreed to comes with a receipt."""
    key = signed.signer(request)
    return api.answer(services.fetch_disclosure(api.identifier(identity), key=key))


@router.post("/verstrekkingen/{identity}/besluiten", summary="Answer who asks for the context of one's own signal")
def post_disclosure_decision(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the publisher. Silence refuses after 24 hours."""
    key, decision = signed.signer(request), api.read(request, DisclosureDecision)
    return api.answer({"state": services.decide_disclosure(api.identifier(identity), decision, key=key)})


@router.post("/kringen/{circle}/intrekkingen", summary="Take own signals back")
def post_withdrawals(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by the publisher; needs no basis."""
    key, asked = signed.signer(request), api.read(request, WithdrawRequest)
    return api.answer(PublishAnswer(tuple(services.withdraw(api.identifier(circle), asked, key=key))))


@router.post("/terugkoppelingen", summary="Say that a hit led to a measure")
def post_feedback(request: HttpRequest) -> HttpResponse:
    """Signed by a member; publishers hear it the day after, without who."""
    key = signed.signer(request)
    return api.answer({"signals": services.give_feedback(api.read(request, FeedbackRequest), key=key)})


@router.post("/betwistingen", summary="Open a dispute: the entry is out at once")
def post_dispute(request: HttpRequest) -> HttpResponse:
    """Signed by a desk that verified person and control."""
    key = signed.signer(request)
    return api.answer(services.open_dispute(api.read(request, DisputeRequest), key=key), status=201)


@router.post("/betwistingen/{identity}/besluiten", summary="Decide a dispute")
def post_dispute_decision(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the dispute body, which is never the desk that opened it."""
    key, decision = signed.signer(request), api.read(request, DisputeDecision)
    return api.answer(services.decide_dispute(api.identifier(identity), decision, key=key))


@router.post("/inzagen", summary="Ask access for a data subject")
def post_access(request: HttpRequest) -> HttpResponse:
    """Signed by a desk that verified person and control; no k applies."""
    key = signed.signer(request)
    return api.answer(services.ask_access(api.read(request, AccessRequest), key=key), status=201)


@router.get("/inzagen/{identity}", summary="What became of an access request")
def get_access(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the desk that asked."""
    key = signed.signer(request)
    return api.answer(services.fetch_access(api.identifier(identity), key=key))


@router.post("/inzagen/{identity}/antwoorden", summary="Answer an access request about one's own signal")
def post_access_answer(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the publisher; a refusal names its ground."""
    key, answer = signed.signer(request), api.read(request, AccessAnswer)
    return api.answer({"state": services.answer_access(api.identifier(identity), answer, key=key)})


@router.post("/ontvangstbewijzen", summary="Hand in a signed cursor: how far a stream was processed")
def post_cursor(request: HttpRequest) -> HttpResponse:
    """Signed by the member, the cursor too."""
    key = signed.signer(request)
    return api.answer({"sequence": services.keep_cursor(api.read(request, Signed), key=key).sequence})
