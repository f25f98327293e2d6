"""Disclose contexts through the legal gate: at once, or after each publisher agreed; against a receipt that the hub signs.

Level `publisher` names who published, and takes both: the asker by asking, the publisher by its answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Approval, ApprovalState, Signal
from sluis.apps.exchange.services import handing, notices, passing
from sluis.apps.exchange.services.handing import Order
from sluis.apps.partners import selectors as partners
from sluis.core.exchange.bodies import DisclosureAnswer, DisclosureRequest, Level, PendingSignal, RefusedSignal
from sluis.core.exchange.notices import Notice
from sluis.core.law import purposes
from sluis.core.law.decision import GROUNDS

PATIENCE: Final = 86_400
PURPOSE_ARTICLES: Final = ("AVG 5 lid 1 b", "AVG 6")


def disclose(request: DisclosureRequest, *, key: bytes) -> DisclosureAnswer:
    """The contexts that others shared under the tag of this voucher, to the member with `key`; or who is asked first.

    A disputed signal stays shut, and so does one that was shared for other purposes; what no hit may stand for is no signal.
    Raises NotAllowed, NotPermitted `geen-grondslag`,
    NotFound `geen-signaal`, `onbekende-sleutel`, Malformed.
    """
    section, _member = partners.snapshot().member(request.circle, key)
    way = handing.release(section, request.level)
    asker = passing.through(request, passing.Wish(key, handing.ACTIVITY, "check", request.purpose, way))
    rows = asker.signals()
    if not rows:
        raise passing.nothing()
    if asker.is_disputed():
        shut = tuple(handing.refused(bytes(row.signal_id), "betwist") for row in rows)
        return DisclosureAnswer(handing.sign_receipt(_order(asker, request), ()), shut, ())
    granted, shut = _bound(asker, request, rows)
    if not granted:
        return DisclosureAnswer(handing.sign_receipt(_order(asker, request), ()), shut, ())
    answer = _ask(asker, request, granted) if way == "approval" else handing.hand_out(_order(asker, request), granted)
    return msgspec.structs.replace(answer, refused=(*answer.refused, *shut))


def _bound(
    asker: passing.Asker, request: DisclosureRequest, rows: Sequence[Signal]
) -> tuple[list[Signal], tuple[RefusedSignal, ...]]:
    """The signals that were shared for this purpose too, and the others refused; that they were is logged."""
    granted = [row for row in rows if purposes.is_granted(request.purpose, row.purposes)]
    others = [bytes(row.signal_id) for row in rows if row not in granted]
    if others:
        wished = Happening(handing.ACTIVITY, asker.section.circle, asker.member.id, len(others))
        audit.refuse(wished, GROUNDS[handing.OTHER_PURPOSE].error())
    return granted, tuple(handing.refused(one, handing.OTHER_PURPOSE) for one in others)


def _ask(asker: passing.Asker, request: DisclosureRequest, rows: Sequence[Signal]) -> DisclosureAnswer:
    until, identity = asker.now + PATIENCE, _earlier(asker, request, rows) or secrets.token_bytes(16)
    words = (request.level, request.purpose, request.commitment)
    asked = [_approval(row, asker, identity, words=words) for row in rows]
    with transaction.atomic():
        there = {bytes(one) for one in Approval.objects.filter(request=identity).values_list("signal_id", flat=True)}
        fresh = [one for one in asked if bytes(one.signal_id) not in there]
        Approval.objects.bulk_create(fresh)
        if fresh:
            audit.record(
                Happening(handing.ACTIVITY, asker.section.circle, asker.member.id, len(fresh)), reference=identity.hex()
            )
        notices.tell([(bytes(one.publisher), _question(one, asker.member.sector)) for one in fresh])
    pending = tuple(PendingSignal(bytes(one.signal_id), until) for one in asked)
    return DisclosureAnswer(handing.sign_receipt(_order(asker, request), ()), (), (), pending, identity)


def _earlier(asker: passing.Asker, request: DisclosureRequest, rows: Sequence[Signal]) -> bytes | None:
    """The same question that still waits: asking again asks nobody twice."""
    waiting = Approval.objects.filter(
        asker=asker.member.id,
        signal_id__in=[bytes(row.signal_id) for row in rows],
        level=request.level,
        purpose=request.purpose,
        state=ApprovalState.PENDING,
        until__gt=asker.now,
    )
    found = waiting.values_list("request", flat=True).first()
    return bytes(found) if found is not None else None


def _approval(row: Signal, asker: passing.Asker, identity: bytes, *, words: tuple[Level, str, bytes]) -> Approval:
    level, purpose, commitment = words
    return Approval(
        request=identity,
        signal_id=row.signal_id,
        publisher=row.publisher,
        asker=asker.member.id,
        circle=asker.section.circle,
        key_id=asker.key_id,
        level=level,
        purpose=purpose,
        commitment=commitment,
        created=asker.now,
        until=asker.now + PATIENCE,
    )


def _question(one: Approval, sector: str) -> Notice:
    return Notice(
        "verstrekking-gevraagd",
        one.created,
        bytes(one.circle),
        subject=bytes(one.request),
        signal=bytes(one.signal_id),
        until=one.until,
        level=one.level,
        sector=sector,
        purpose=one.purpose,
        articles=PURPOSE_ARTICLES,
    )


def _order(asker: passing.Asker, request: DisclosureRequest) -> Order:
    return Order(asker.section.circle, asker.member.id, request.commitment, request.level, request.purpose)
