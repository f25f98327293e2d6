"""What holders hand in beside ceremonies: orders to refresh, and their word that shares were erased."""

from __future__ import annotations

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Attestation, RefreshOrder
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import attest, documents, openings
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import sha256
from sluis.core.exchange.policy import Holder
from sluis.wire import clock


class Kept(msgspec.Struct, frozen=True):
    """SHA-256 of the document that was kept; the log names it."""

    digest: bytes


def _holder(key: bytes) -> Holder:
    found = partners.snapshot().holder_with(key)
    if found is None:
        raise errors.NotAllowed("Only holders hand this in.")
    return found


def order_refresh(signed: Signed, *, key: bytes) -> Kept:
    """Keeps a holder's order to refresh every key; the next ceremony follows it. Again the same changes nothing.

    Raises NotAllowed `geen-recht`, `opdracht-verlopen`, Malformed.
    """
    holder, snapshot = _holder(key), partners.snapshot()
    order = openings.ordered(signed, snapshot, now=clock.now())
    if order.holder != holder.index:
        raise errors.NotAllowed("A holder hands in its own order.")
    digest = sha256(signed.payload)
    with transaction.atomic():
        defaults = {"holder": holder.index, "time": order.time, "body": msgspec.json.encode(signed)}
        _row, is_new = RefreshOrder.objects.get_or_create(digest=digest, defaults=defaults)
        if is_new:
            audit.record(Happening("verversing bevolen", party=holder.id), reference=digest.hex())
    return Kept(digest)


def keep_attestation(signed: Signed, *, key: bytes) -> Kept:
    """Keeps and logs that a holder says it erased shares. Again the same changes nothing.

    Raises NotAllowed `geen-recht`, Malformed `document-onleesbaar`, `partijgrootte`.
    """
    holder, told = _holder(key), documents.read(signed.payload, attest.Attestation)
    if told.holder != holder.index or key not in documents.signers(attest.LABEL, signed):
        raise errors.NotAllowed("A holder attests its own erasures, under its own signature.")
    if not 1 <= len(told.erased) <= attest.MAX_ERASED:
        raise errors.Malformed("A document names 1 to 1,000 erased shares.", code="partijgrootte")
    digest = sha256(signed.payload)
    with transaction.atomic():
        defaults = {"holder": holder.index, "time": clock.now(), "body": msgspec.json.encode(signed)}
        _row, is_new = Attestation.objects.get_or_create(digest=digest, defaults=defaults)
        if is_new:
            audit.record(Happening("aandelen gewist", party=holder.id, amount=len(told.erased)), reference=digest.hex())
    return Kept(digest)
