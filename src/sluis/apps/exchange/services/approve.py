"""A publisher answers who asks for its context; the asker fetches what was agreed. Silence refuses after 24 hours."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Approval, ApprovalState, Signal
from sluis.apps.exchange.selectors import pilots
from sluis.apps.exchange.services import handing, notices, passing
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange.bodies import DisclosureAnswer, DisclosureDecision, Level, PendingSignal
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Section
from sluis.core.law import decision as gate
from sluis.wire import clock

ACTIVITY: Final = "verstrekking besluiten"
DAY: Final = 86_400


def decide_disclosure(request: bytes, decision: DisclosureDecision, *, key: bytes) -> str:
    """Keeps the publisher's answer about one signal; returns its state. The asker is told that there is an answer.

    Raises NotFound `onbekend-verzoek` (also for who is not the publisher), Conflict `al-besloten`, `te-laat`.
    """
    with transaction.atomic():
        row = Approval.objects.select_for_update().filter(request=request, signal_id=decision.signal).first()
        if row is None or partners.party_of(key, bytes(row.circle)) != bytes(row.publisher):
            raise errors.NotFound("You were asked no such thing.", code="onbekend-verzoek")
        wanted = ApprovalState.APPROVED if decision.decision == "toestaan" else ApprovalState.REFUSED
        if row.state != wanted:
            _answer(row, wanted)
    return row.state


def _answer(row: Approval, wanted: ApprovalState) -> None:
    if row.state != ApprovalState.PENDING:
        raise errors.Conflict("You answered this already.", code="al-besloten")
    if clock.now() >= row.until:
        raise errors.Conflict("The 24 hours are over; silence refused it.", code="te-laat")
    _settle(row, wanted)


def _settle(row: Approval, state: ApprovalState) -> None:
    Approval.objects.filter(request=row.request, signal_id=row.signal_id).update(state=state)
    row.state = state
    party = bytes(row.asker if state == ApprovalState.SILENT else row.publisher)
    audit.record(Happening(ACTIVITY, bytes(row.circle), party), reference=f"{bytes(row.request).hex()} {state}")
    told = Notice("verstrekking-besloten", clock.now(), bytes(row.circle), subject=bytes(row.request), outcome=state)
    notices.tell([(bytes(row.asker), told)])


def refuse_the_silent() -> int:
    """Publishers that did not answer in 24 hours refused; returns how many."""
    with transaction.atomic():
        late = list(
            Approval.objects.select_for_update(skip_locked=True).filter(state=ApprovalState.PENDING, until__lte=clock.now())
        )
        for row in sorted(late, key=lambda one: bytes(one.asker)):
            _settle(row, ApprovalState.SILENT)
    return len(late)


def fetch_disclosure(request: bytes, *, key: bytes) -> DisclosureAnswer:
    """What became of a request: contexts agreed to, refusals, and what still waits. The gate is asked again.

    Raises NotFound `onbekend-verzoek`, NotAllowed, NotPermitted `geen-grondslag`.
    """
    rows = list(Approval.objects.filter(request=request).order_by("signal_id"))
    if not rows or partners.party_of(key, bytes(rows[0].circle)) != bytes(rows[0].asker):
        raise errors.NotFound("You asked no such thing.", code="onbekend-verzoek")
    return _answered(rows, _require_gate(rows[0], key))


def _require_gate(row: Approval, key: bytes) -> Section:
    section, member = partners.snapshot().member(bytes(row.circle), key)
    way = handing.release(section, _level(row))
    with audit.recorded_refusals(Happening(handing.ACTIVITY, section.circle, member.id)):
        gate.require(gate.Passage(section, member, clock.now(), use="check", purpose=row.purpose, disclosure=way))
        pilots.basis_of(section, at=clock.now(), purpose=row.purpose)
    return section


def _answered(rows: list[Approval], section: Section) -> DisclosureAnswer:
    first, now = rows[0], clock.now()
    agreed = _agreed([row for row in rows if row.state == ApprovalState.APPROVED], section)
    disputed = [one for one in agreed if passing.is_disputed(bytes(one.key_id), bytes(one.tag))]
    live = [one for one in agreed if one not in disputed]
    words = (_level(first), first.purpose)
    order = handing.Order(bytes(first.circle), bytes(first.asker), bytes(first.commitment), *words)
    given = handing.hand_out(order, live) if live else None
    shut = [(bytes(row.signal_id), _state(row, now)) for row in rows if row.state != ApprovalState.APPROVED]
    shut += [(bytes(one.signal_id), "betwist") for one in disputed]
    return DisclosureAnswer(
        given.receipt if given else handing.sign_receipt(order, ()),
        tuple(handing.refused(one, state) for one, state in shut if state != ApprovalState.PENDING),
        given.signals if given else (),
        tuple(PendingSignal(bytes(row.signal_id), row.until) for row in rows if _state(row, now) == ApprovalState.PENDING),
        bytes(first.request),
    )


def _agreed(rows: list[Approval], section: Section) -> list[Signal]:
    """The signals whose publishers agreed, as far as a hit may stand for them now."""
    ids = {bytes(row.signal_id) for row in rows}
    there = Signal.objects.filter(signal_id__in=ids, expires__gte=clock.now() // DAY)
    tags = {(bytes(one.key_id), bytes(one.tag)) for one in there}
    found: list[Signal] = []
    for key_id, tag in sorted(tags):
        on_tag = Signal.objects.filter(key_id=key_id, tag=tag, expires__gte=clock.now() // DAY)
        found += [one for one in passing.shown(section, on_tag) if bytes(one.signal_id) in ids]
    return found


def _level(row: Approval) -> Level:
    return "publisher" if row.level == "publisher" else "context"


def _state(row: Approval, now: int) -> str:
    late = row.state == ApprovalState.PENDING and now >= row.until
    return ApprovalState.SILENT if late else row.state
