"""Disclose contexts through the legal gate: purpose, term, assessment; against a receipt that the hub signs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Disclosure, Signal
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange import documents, signal
from sluis.core.exchange.bodies import DisclosedSignal, DisclosureAnswer, DisclosureReceipt, DisclosureRequest
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import KeyId, exactly
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import decision
from sluis.wire import clock, credentials

ACTIVITY: Final = "verstrekken"
DAY: Final = 86_400


@lru_cache(maxsize=1)
def _hub_key() -> Ed25519PrivateKey:
    return credentials.signing_key(Path(settings.SLUIS_HUB_KEY_FILE))


def disclose(request: DisclosureRequest, *, key: bytes) -> DisclosureAnswer:
    """The contexts that others shared under the tag of this voucher, automatically, to the member with `key`.

    Raises NotAllowed, NotPermitted `geen-grondslag`, NotFound `geen-signaal`, `onbekende-sleutel`, Malformed.
    """
    exactly(request.commitment, 32, what="commitment")
    exactly(request.voucher, 32, what="voucher")
    snapshot = partners.snapshot()
    section, member = snapshot.member(request.circle, key)
    with audit.recorded_refusals(Happening(ACTIVITY, request.circle, member.id)):
        kind = selectors.live_keys(section.circle, snapshot, at=clock.now()).get(KeyId(request.key))
        _require(section, member, request, kind=kind.label if kind else None)
        if kind is None:
            raise errors.NotFound("This key is not in its period in this circle.", code="onbekende-sleutel")
    return _hand_out(section, member, request)


def _require(section: Section, member: Member, request: DisclosureRequest, *, kind: str | None) -> None:
    now = clock.now()
    way = section.disclosure.context if request.level == "context" else section.disclosure.publisher
    # Approval by the publisher is not built yet, so what needs it stays shut.
    way = "off" if way == "approval" else way
    asked = decision.Passage(section, member, now, type=kind, use="check", purpose=request.purpose, disclosure=way)
    decision.require(asked)
    privacy.basis_of(section.circle, at=now)


def _hand_out(section: Section, member: Member, request: DisclosureRequest) -> DisclosureAnswer:
    now, tag = clock.now(), signal.tag(request.key, request.voucher)
    rows = Signal.objects.filter(key_id=request.key, tag=tag, expires__gte=now // DAY).exclude(publisher=member.id)
    found = [(signal.Header.parse(bytes(row.header)), row) for row in rows]
    if not found:
        raise errors.NotFound("Nobody else shared a signal under this voucher.", code="geen-signaal")
    receipt = _receipt(member, request, [header.signal_id for header, _row in found])
    with transaction.atomic():
        Disclosure.objects.create(
            time=now,
            asker=member.id,
            circle=section.circle,
            commitment=request.commitment,
            purpose=request.purpose,
            level=request.level,
            signals=[header.signal_id.hex() for header, _row in found],
            publishers=[header.publisher.hex() for header, _row in found],
            receipt=msgspec.json.encode(receipt),
        )
        audit.record(Happening(ACTIVITY, section.circle, member.id, len(found)))
    out = tuple(DisclosedSignal(bytes(row.context), header.signal_id, bytes(row.salt)) for header, row in found)
    return DisclosureAnswer(receipt, (), out)


def _receipt(member: Member, request: DisclosureRequest, signals: Sequence[bytes]) -> Signed:
    words = (request.circle, request.commitment, request.level, request.purpose)
    content = DisclosureReceipt(member.id, *words, tuple(signals), clock.now())
    return documents.sign("disclosure", content, [_hub_key()])
