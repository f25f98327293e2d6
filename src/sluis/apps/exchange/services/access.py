"""Access by a data subject: a desk that verified the person asks, without k; the hub asks every publisher.

Source: AVG 15; the grounds to refuse are those of AVG 23 and the UAVG (inferred).
"""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Final

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Access, Handed, Signal
from sluis.apps.exchange.services import entries, notices, passing
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import ANSWER_WITHIN, AccessAnswer, AccessRequest, AccessSignal, AccessState
from sluis.wire import clock

ACTIVITY: Final = "inzage"
ANSWERING: Final = "inzage beantwoorden"
ASKED, SILENT, PROVIDED = "gevraagd", "geen-antwoord", "verstrekt"


def ask_access(request: AccessRequest, *, key: bytes) -> AccessState:
    """Asks every publisher of a live signal on the tag; the same question (by its commitment) again asks nobody twice.

    No signal is an answer too: an empty list.

    Raises NotAllowed, NotFound `onbekende-sleutel`, Malformed.
    """
    asker = passing.through(request, passing.Wish(key, ACTIVITY, "inzage"))
    with transaction.atomic():
        entries.lock_key(asker.key_id)
        there = Access.objects.filter(desk=asker.member.id, circle=asker.section.circle, commitment=request.commitment)
        rows = list(there.order_by("signal_id")) or _ask(asker, request)
    until = rows[0].until if rows else asker.now + ANSWER_WITHIN
    return AccessState(until, bytes(rows[0].request) if rows else secrets.token_bytes(16), tuple(_told(one) for one in rows))


def _ask(asker: passing.Asker, request: AccessRequest) -> list[Access]:
    identity, until = secrets.token_bytes(16), asker.now + ANSWER_WITHIN
    rows = [_row(one, asker, identity, commitment=request.commitment) for one in asker.everything().order_by("signal_id")]
    Access.objects.bulk_create(rows)
    checks = f"{identity.hex()} {request.verified.person} {request.verified.control}"
    audit.record(Happening(ACTIVITY, asker.section.circle, asker.member.id, len(rows)), reference=checks)
    told = Notice("inzage-gevraagd", asker.now, asker.section.circle, subject=identity, until=until)
    notices.tell((bytes(one.publisher), msgspec.structs.replace(told, signal=bytes(one.signal_id))) for one in rows)
    return rows


def _row(one: Signal, asker: passing.Asker, identity: bytes, *, commitment: bytes) -> Access:
    return Access(
        request=identity,
        signal_id=one.signal_id,
        publisher=one.publisher,
        desk=asker.member.id,
        commitment=commitment,
        circle=asker.section.circle,
        created=asker.now,
        until=asker.now + ANSWER_WITHIN,
    )


def answer_access(request: bytes, answer: AccessAnswer, *, key: bytes) -> str:
    """Keeps a publisher's answer about one signal; the desk is told. Returns the state.

    Raises NotFound `onbekend-verzoek`, Conflict `al-besloten`, Malformed `geen-weigeringsgrond`.
    """
    if (answer.answer == "geweigerd") != bool(answer.ground):
        raise errors.Malformed("A refusal, and only that, names its ground.", code="geen-weigeringsgrond")
    with transaction.atomic():
        row = Access.objects.select_for_update().filter(request=request, signal_id=answer.signal).first()
        if row is None or partners.party_of(key, bytes(row.circle)) != bytes(row.publisher):
            raise errors.NotFound("You were asked no such thing.", code="onbekend-verzoek")
        if row.state not in (ASKED, answer.answer):
            raise errors.Conflict("You answered this already.", code="al-besloten")
        if row.state == ASKED:
            _keep(row, answer)
    return answer.answer


def _keep(row: Access, answer: AccessAnswer) -> None:
    rows = Access.objects.filter(request=row.request, signal_id=row.signal_id)
    rows.update(state=answer.answer, ground=answer.ground)
    audit.record(Happening(ANSWERING, bytes(row.circle), bytes(row.publisher)), reference=bytes(row.request).hex())
    told = Notice("inzage-beantwoord", clock.now(), bytes(row.circle), subject=bytes(row.request), outcome=answer.answer)
    notices.tell([(bytes(row.desk), told)])


def fetch_access(request: bytes, *, key: bytes) -> AccessState:
    """What became of an access request, for the desk that asked. Raises NotFound `onbekend-verzoek`."""
    rows = list(Access.objects.filter(request=request).order_by("signal_id"))
    if not rows or partners.party_of(key, bytes(rows[0].circle)) != bytes(rows[0].desk):
        raise errors.NotFound("You asked no such thing.", code="onbekend-verzoek")
    return AccessState(rows[0].until, request, tuple(_told(one) for one in rows))


def _told(row: Access) -> AccessSignal:
    signal_id = bytes(row.signal_id)
    state = SILENT if row.state == ASKED and clock.now() >= row.until else row.state
    plain = AccessSignal(signal_id, _recipients(signal_id), state, ground=row.ground)
    found = Signal.objects.filter(signal_id=signal_id, publisher=row.publisher).first() if state == PROVIDED else None
    if found is None:
        return plain
    opened = (bytes(one) for one in (found.context, found.header, found.salt))
    context, header, salt = opened
    return AccessSignal(signal_id, plain.recipients, state, context, "", header, salt)


def _recipients(signal_id: bytes) -> dict[str, int]:
    parties = [bytes(one) for one in Handed.objects.filter(signal_id=signal_id).values_list("party", flat=True)]
    sectors = partners.sectors()
    return dict(Counter(sectors.get(one, "") for one in parties))
