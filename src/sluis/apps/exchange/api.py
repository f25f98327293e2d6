"""The hub's API of the exchange: policy with keys, ceremonies, holders' log lines, signals, disclosures."""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse

from sluis.apps.audit import services as audit
from sluis.apps.exchange import selectors, services
from sluis.apps.exchange.selectors import closings
from sluis.apps.partners import selectors as partners
from sluis.apps.partners import services as directory
from sluis.core.exchange.admission import Publication
from sluis.core.exchange.auditing import (
    AuditedDay,
    DayCommitted,
    DayRevealed,
    DecisionPage,
    DrawnDays,
    OutcomesGiven,
    OutcomesKept,
    ProcessingPage,
    Supervision,
)
from sluis.core.exchange.bodies import (
    CursorKept,
    Decided,
    DisclosureAnswer,
    DisclosureDecision,
    DisclosureRequest,
    FeedbackKept,
    LinesKept,
    LogLine,
    PublishAnswer,
    RevocationKept,
)
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.openings import Mailbox
from sluis.core.exchange.policy import SignedSnapshot
from sluis.core.exchange.rights import (
    AccessAnswer,
    AccessRequest,
    AccessState,
    DisputeDecision,
    DisputeReach,
    DisputeRequest,
    DisputeState,
    FeedbackRequest,
    WithdrawRequest,
)
from sluis.plumbing import api, signed
from sluis.plumbing.api import Says
from sluis.wire.book import PolicyAnswer

calls = api.Calls("uitwisselen")


class Lines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a holder tells of the batches it answered."""

    lines: tuple[LogLine, ...]


@calls.get("/beleid", "The policy snapshot and key records, as far as the caller may see them", answers=PolicyAnswer)
def get_policy(request: HttpRequest, vanaf: str = "0") -> HttpResponse:
    """Signed by a member, holder or edge; with the changes of holders since the serial `vanaf` that the caller has."""
    view = partners.policy_for(signed.signer(request), since=api.number(vanaf, where="vanaf"))
    told = {name: getattr(view, name) for name in ("head", "proof", "revocations", "sections", "steps")}
    return api.answer({**told, "keys": selectors.key_records(view.circles), "closings": closings.closings(view.circles)})


@calls.post("/beleid", "Hand in a signed policy snapshot", Says(reads=SignedSnapshot, answers=directory.Offered, status=201))
def post_policy(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signatures; needs no signed request."""
    return api.answer(directory.offer_policy(api.read(request, SignedSnapshot)), status=201)


@calls.post(
    "/beleid/intrekkingen", "Hand in a signed revocation of a key", Says(reads=Signed, answers=RevocationKept, status=201)
)
def post_revocation(request: HttpRequest) -> HttpResponse:
    """Authentic by its own signature; needs no signed request."""
    return api.answer(RevocationKept(directory.accept_revocation(api.read(request, Signed))), status=201)


@calls.get("/ceremonies", "Open key ceremonies", answers=Mailbox)
def get_ceremonies(request: HttpRequest) -> HttpResponse:
    """Signed by a holder."""
    return api.answer(Mailbox(tuple(selectors.open_mailboxes(signed.signer(request)))))


@calls.post("/ceremonies/{identity}/berichten", "Post a message in a key ceremony", Says(reads=Signed, answers=services.Posted))
def post_message(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by a holder, the message too."""
    key = signed.signer(request)
    return api.answer(services.post_message(api.identifier(identity), api.read(request, Signed), key=key))


@calls.post("/sleutelhouders/logregels", "Hand in a holder's log lines", Says(reads=Lines, answers=LinesKept))
def post_lines(request: HttpRequest) -> HttpResponse:
    """Signed by a holder; lines that are there already change nothing."""
    holder, lines = selectors.holder(signed.signer(request)), api.read(request, Lines).lines
    leaves = audit.keep_holder_lines(holder.index, lines, witness=holder.id)
    return api.answer(LinesKept(leaves=tuple(leaves), stored=len(lines)))


@calls.post(
    "/sleutelhouders/verversingen", "Order new shares of every key", Says(reads=Signed, answers=services.Kept, status=201)
)
def post_refresh_order(request: HttpRequest) -> HttpResponse:
    """Signed by a holder, the order too; all holders see it in the mailbox."""
    key = signed.signer(request)
    return api.answer(services.order_refresh(api.read(request, Signed), key=key), status=201)


@calls.post(
    "/sleutelhouders/wissingen",
    "Hand in a holder's word that it erased shares",
    Says(reads=Signed, answers=services.Kept, status=201),
)
def post_attestation(request: HttpRequest) -> HttpResponse:
    """Signed by the holder, the attestation too."""
    key = signed.signer(request)
    return api.answer(services.keep_attestation(api.read(request, Signed), key=key), status=201)


@calls.post("/kringen/{circle}/signalen", "Share signals in a circle", Says(reads=Publication, answers=PublishAnswer))
def post_signals(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by a member; all or nothing, durable when answered, a replay is a no-op."""
    key = signed.signer(request)
    states = services.publish(api.identifier(circle), api.read(request, Publication), key=key)
    return api.answer(PublishAnswer(tuple(states)))


@calls.post("/verstrekkingen", "Disclose the contexts behind a hit", Says(reads=DisclosureRequest, answers=DisclosureAnswer))
def post_disclosure(request: HttpRequest) -> HttpResponse:
    """Signed by a member; through the legal gate, against a receipt."""
    key = signed.signer(request)
    return api.answer(services.disclose(api.read(request, DisclosureRequest), key=key))


@calls.get(
    "/verstrekkingen/{identity}",
    "What became of a request for context that publishers were asked about",
    answers=DisclosureAnswer,
)
def get_disclosure(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the member that asked; what was agreed to comes with a receipt."""
    key = signed.signer(request)
    return api.answer(services.fetch_disclosure(api.identifier(identity), key=key))


@calls.post(
    "/verstrekkingen/{identity}/besluiten",
    "Answer who asks for the context of one's own signal",
    Says(reads=DisclosureDecision, answers=Decided),
)
def post_disclosure_decision(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the publisher. Silence refuses after 24 hours."""
    key, decision = signed.signer(request), api.read(request, DisclosureDecision)
    return api.answer(Decided(services.decide_disclosure(api.identifier(identity), decision, key=key)))


@calls.post("/kringen/{circle}/intrekkingen", "Take own signals back", Says(reads=WithdrawRequest, answers=PublishAnswer))
def post_withdrawals(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by the publisher; needs no basis."""
    key, asked = signed.signer(request), api.read(request, WithdrawRequest)
    return api.answer(PublishAnswer(tuple(services.withdraw(api.identifier(circle), asked, key=key))))


@calls.post("/terugkoppelingen", "Say that a hit led to a measure", Says(reads=FeedbackRequest, answers=FeedbackKept))
def post_feedback(request: HttpRequest) -> HttpResponse:
    """Signed by a member; publishers hear it the day after, without who."""
    key = signed.signer(request)
    return api.answer(FeedbackKept(services.give_feedback(api.read(request, FeedbackRequest), key=key)))


@calls.post(
    "/betwistingen", "Open a dispute: the entry is out at once", Says(reads=DisputeRequest, answers=DisputeState, status=201)
)
def post_dispute(request: HttpRequest) -> HttpResponse:
    """Signed by a desk that verified person and control."""
    key = signed.signer(request)
    return api.answer(services.open_dispute(api.read(request, DisputeRequest), key=key), status=201)


@calls.post("/betwistingen/{identity}/besluiten", "Decide a dispute", Says(reads=DisputeDecision, answers=DisputeState))
def post_dispute_decision(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the dispute body, which is never the desk that opened it."""
    key, decision = signed.signer(request), api.read(request, DisputeDecision)
    return api.answer(services.decide_dispute(api.identifier(identity), decision, key=key))


@calls.get("/betwistingen/{identity}/bereik", "Who confirmed the last word on a dispute", answers=DisputeReach)
def get_dispute_reach(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the desk that opened it, or by a dispute body of the circle; sectors, never names."""
    key = signed.signer(request)
    return api.answer(services.reach_of(api.identifier(identity), key=key))


@calls.post("/inzagen", "Ask access for a data subject", Says(reads=AccessRequest, answers=AccessState, status=201))
def post_access(request: HttpRequest) -> HttpResponse:
    """Signed by a desk that verified person and control; no k applies."""
    key = signed.signer(request)
    return api.answer(services.ask_access(api.read(request, AccessRequest), key=key), status=201)


@calls.get("/inzagen/{identity}", "What became of an access request", answers=AccessState)
def get_access(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the desk that asked."""
    key = signed.signer(request)
    return api.answer(services.fetch_access(api.identifier(identity), key=key))


@calls.post(
    "/inzagen/{identity}/antwoorden",
    "Answer an access request about one's own signal",
    Says(reads=AccessAnswer, answers=Decided),
)
def post_access_answer(request: HttpRequest, identity: str) -> HttpResponse:
    """Signed by the publisher; a refusal names its ground."""
    key, answer = signed.signer(request), api.read(request, AccessAnswer)
    return api.answer(Decided(services.answer_access(api.identifier(identity), answer, key=key)))


@calls.post(
    "/ontvangstbewijzen", "Hand in a signed cursor: how far a stream was processed", Says(reads=Signed, answers=CursorKept)
)
def post_cursor(request: HttpRequest) -> HttpResponse:
    """Signed by the member, the cursor too."""
    key = signed.signer(request)
    return api.answer(CursorKept(services.keep_cursor(api.read(request, Signed), key=key).sequence))


@calls.get("/kringen/{circle}/controles", "The days that an auditor fixed a secret for", answers=DrawnDays)
def get_drawn_days(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by a member of the circle; the newest first."""
    key = signed.signer(request)
    return api.answer(DrawnDays(services.drawn_days(api.identifier(circle), key=key)))


@calls.post(
    "/kringen/{circle}/controles",
    "Fix the secret that draws from a day, before it begins",
    Says(reads=DayCommitted, answers=DrawnDays, status=201),
)
def post_commitment(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by an auditor of the circle; the same again changes nothing."""
    key, given = signed.signer(request), api.read(request, DayCommitted)
    services.commit_day(api.identifier(circle), given.day, given.commitment, key=key)
    return api.answer(DrawnDays(services.drawn_days(api.identifier(circle), key=key)), status=201)


@calls.get("/kringen/{circle}/controles/{day}", "A day with its lines and what was drawn", answers=AuditedDay)
def get_audited_day(request: HttpRequest, circle: str, day: str, *, vanaf: str = "0") -> HttpResponse:
    """Signed by a member of the circle: its auditor sees all, any other its own."""
    key, start = signed.signer(request), api.number(vanaf, where="vanaf")
    return api.answer(services.audited_day(api.identifier(circle), api.number(day, where="day"), start, key=key))


@calls.post(
    "/kringen/{circle}/controles/{day}/onthulling",
    "Tell the secret of a day that is over, and draw",
    Says(reads=DayRevealed, answers=AuditedDay),
)
def post_reveal(request: HttpRequest, circle: str, day: str) -> HttpResponse:
    """Signed by the auditor who fixed it; the same again changes nothing."""
    key, given = signed.signer(request), api.read(request, DayRevealed)
    of, number = api.identifier(circle), api.number(day, where="day")
    services.reveal_day(of, number, given.secret, key=key)
    return api.answer(services.audited_day(of, number, 0, key=key))


@calls.post(
    "/kringen/{circle}/controles/{day}/uitkomsten",
    "Say how questions that were drawn ended",
    Says(reads=OutcomesGiven, answers=OutcomesKept),
)
def post_outcomes(request: HttpRequest, circle: str, day: str) -> HttpResponse:
    """Signed by the auditor who fixed it; never what was shown."""
    key, given = signed.signer(request), api.read(request, OutcomesGiven)
    left = services.end_samples(api.identifier(circle), api.number(day, where="day"), given, key=key)
    return api.answer(OutcomesKept(left))


@calls.get("/kringen/{circle}/verwerkingen", "What was processed for a circle", answers=ProcessingPage)
def get_processing(request: HttpRequest, circle: str, *, vanaf: str = "0") -> HttpResponse:
    """Signed by a member of the circle: its auditor sees all, any other its own."""
    key, start = signed.signer(request), api.number(vanaf, where="vanaf")
    return api.answer(services.processing(api.identifier(circle), start, key=key))


@calls.get("/kringen/{circle}/beslissingen", "What was allowed and refused in a circle", answers=DecisionPage)
def get_decisions(request: HttpRequest, circle: str, *, vanaf: str = "0") -> HttpResponse:
    """Signed by a member of the circle: its auditor sees all, any other its own."""
    key, start = signed.signer(request), api.number(vanaf, where="vanaf")
    return api.answer(services.decisions(api.identifier(circle), start, key=key))


@calls.get("/kringen/{circle}/toezicht", "What each member asked, on control charts, and what it owes", answers=Supervision)
def get_supervision(request: HttpRequest, circle: str) -> HttpResponse:
    """Signed by an auditor of the circle."""
    key = signed.signer(request)
    return api.answer(services.supervision(api.identifier(circle), key=key))
