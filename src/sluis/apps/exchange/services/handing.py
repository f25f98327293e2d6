"""What leaves through the legal gate: how a circle releases, the record of it, and the receipt that the hub signs."""

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
from sluis.apps.exchange.models import ApprovalState, Disclosure, Handed, Signal
from sluis.apps.partners import selectors as partners
from sluis.core.exchange import documents, policy
from sluis.core.exchange.bodies import DisclosedSignal, DisclosureAnswer, DisclosureReceipt, Level, RefusedSignal
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.policy import Section
from sluis.core.law import provenance
from sluis.core.law.decision import GROUNDS
from sluis.wire import clock, credentials

ACTIVITY: Final = "verstrekken"
OTHER_PURPOSE: Final = "doel-past-niet"
REFUSALS: Final = {
    OTHER_PURPOSE: GROUNDS[OTHER_PURPOSE].articles,
    "betwist": ("AVG 18 lid 1",),
    ApprovalState.REFUSED: ("AVG 5 lid 1 c",),
    ApprovalState.SILENT: ("AVG 5 lid 1 c",),
}


@lru_cache(maxsize=1)
def _hub_key() -> Ed25519PrivateKey:
    return credentials.signing_key(Path(settings.SLUIS_HUB_KEY_FILE))


def release(section: Section, level: Level) -> policy.Release:
    """How a circle releases this level. Naming a publisher always takes that publisher's word."""
    if level == "context":
        return section.disclosure.context
    return "off" if section.disclosure.publisher == "off" else "approval"


def refused(signal_id: bytes, reason: str) -> RefusedSignal:
    """A signal that stays shut, with the reason's articles."""
    return RefusedSignal(REFUSALS[reason], signal_id, reason)


class Order(msgspec.Struct, frozen=True):
    """What is handed out: circle, asker, commitment to the case, level, purpose."""

    circle: bytes
    asker: bytes
    commitment: bytes
    level: Level
    purpose: str


def hand_out(order: Order, rows: Sequence[Signal]) -> DisclosureAnswer:
    """Records the disclosure of these signals and gives them, with the receipt."""
    now, ids = clock.now(), [bytes(row.signal_id) for row in rows]
    receipt = sign_receipt(order, ids)
    with transaction.atomic():
        Disclosure.objects.create(
            time=now,
            asker=order.asker,
            circle=order.circle,
            commitment=order.commitment,
            purpose=order.purpose,
            level=order.level,
            signals=[one.hex() for one in ids],
            publishers=[bytes(row.publisher).hex() for row in rows],
            receipt=msgspec.json.encode(receipt),
        )
        handed = [Handed(signal_id=one, party=order.asker, circle=order.circle, time=now) for one in ids]
        Handed.objects.bulk_create(handed, ignore_conflicts=True)
        audit.record(Happening(ACTIVITY, order.circle, order.asker, len(ids)))
    return DisclosureAnswer(receipt, (), tuple(_disclosed(row, order) for row in rows))


def _disclosed(row: Signal, order: Order) -> DisclosedSignal:
    plain = DisclosedSignal(bytes(row.context), bytes(row.signal_id), bytes(row.salt), provenance=_provenance(row, order))
    if order.level == "context":
        return plain
    return msgspec.structs.replace(plain, header=bytes(row.header), signature=bytes(row.signature))


def _provenance(row: Signal, order: Order) -> str:
    """The label of police data: a receiver must know it to keep it, whoever of the police shared it."""
    members = partners.snapshot().section(order.circle).members
    return next((provenance.label(one.sector) for one in members if one.id == bytes(row.publisher)), "")


def sign_receipt(order: Order, ids: Sequence[bytes]) -> Signed:
    """The hub's receipt: who got which signals, for which purpose, when."""
    words = (order.circle, order.commitment, order.level, order.purpose)
    return documents.sign("disclosure", DisclosureReceipt(order.asker, *words, tuple(ids), clock.now()), [_hub_key()])
