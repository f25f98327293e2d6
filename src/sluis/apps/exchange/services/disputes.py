"""Disputes: open, and the entry is out at once; a human decides in a term; `gegrond` clears the tag.

Opening takes a desk that verified person and control of the identifier; deciding takes the right `decide`, and another
party than the one that opened.
"""

from __future__ import annotations

import secrets
from typing import Final

import msgspec
from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Dispute, Signal
from sluis.apps.exchange.services import entries, notices, passing, pilots, signals, succession
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import admission
from sluis.core.exchange.admission import Admitted, PublishedSignal
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.rights import DECIDE_WITHIN, DisputeDecision, DisputeRequest, DisputeState
from sluis.core.exchange.words import Kind
from sluis.wire import clock

ACTIVITY: Final = "betwisten"
DECIDING: Final = "betwisting besluiten"
RIGHT_TO_DECIDE: Final = "decide"
DAY: Final = 86_400


def open_dispute(request: DisputeRequest, *, key: bytes) -> DisputeState:
    """Opens a dispute on the tag of the voucher; again the same is the one that is open. The entry is out when this returns.

    Raises NotAllowed, NotFound `geen-signaal`, `onbekende-sleutel`, Malformed.
    """
    asker = passing.through(request, passing.Wish(key, ACTIVITY, "dispute"))
    with transaction.atomic():
        entries.lock_key(asker.key_id)
        there = Dispute.objects.filter(key_id=asker.key_id, tag=asker.tag, state="open").first()
        return _state(there or _open(asker, request))


def _open(asker: passing.Asker, request: DisputeRequest) -> Dispute:
    rows = list(asker.everything())
    if not rows:
        raise passing.nothing()
    identity = secrets.token_bytes(16)
    row = Dispute.objects.create(
        id=identity,
        root=identity,
        circle=asker.section.circle,
        key_id=asker.key_id,
        tag=asker.tag,
        opener=asker.member.id,
        ground=request.ground,
        person=request.verified.person,
        control=request.verified.control,
        opened=asker.now,
        decide_by=asker.now + DECIDE_WITHIN,
    )
    audit.record(Happening(ACTIVITY, asker.section.circle, asker.member.id), reference=bytes(row.id).hex())
    pilots.weigh(asker.section.circle, party=asker.member.id)
    entries.announce(asker.key_id, [asker.tag], k=asker.section.k, today=asker.now // DAY)
    succession.spread(asker.section, row, rows, following=selectors.following_key(asker.key_id))
    told = Notice("betwisting-geopend", asker.now, asker.section.circle, subject=bytes(row.id), until=row.decide_by)
    told = msgspec.structs.replace(told, outcome=request.ground)
    notices.tell([*_judges(asker.section, row, told=told), *_told(row, rows, told=told)])
    return row


def _judges(section: Section, row: Dispute, *, told: Notice) -> list[tuple[bytes, Notice]]:
    """Who may decide it hears that it waits, and until when; not about which signal."""
    bodies = (one.id for one in section.members if RIGHT_TO_DECIDE in one.uses)
    return [(body, told) for body in bodies if body != bytes(row.opener)]


def _told(row: Dispute, rows: list[Signal], *, told: Notice) -> list[tuple[bytes, Notice]]:
    """Publishers hear of the dispute by each of their signals; who got a context hears that it is disputed, upheld or gone."""
    mine = [(bytes(one.publisher), msgspec.structs.replace(told, signal=bytes(one.signal_id))) for one in rows]
    outcome = "betwist" if row.state == "open" else row.state
    corrected = Notice("gecorrigeerd", told.time, told.circle, subject=told.subject, outcome=outcome)
    return mine + notices.corrections([bytes(one.signal_id) for one in rows], corrected)


def decide_dispute(identity: bytes, decision: DisputeDecision, *, key: bytes) -> DisputeState:
    """Decides an open dispute: `ongegrond` puts the entry back, `gegrond` erases the signals and keeps the tag out.

    Raises NotFound `onbekende-betwisting`, NotAllowed `geen-recht`, Conflict `al-besloten`, Malformed.
    """
    row = Dispute.objects.filter(id=identity).first()
    if row is None:
        raise errors.NotFound("There is no such dispute.", code="onbekende-betwisting")
    section, member = partners.snapshot().member(bytes(row.circle), key)
    with audit.recorded_refusals(Happening(DECIDING, section.circle, member.id)):
        _require_judge(row, member)
    with transaction.atomic():
        family = _family(row)
        row = next(one for one in family if bytes(one.id) == identity)
        if row.state == "open":
            _conclude([one for one in family if one.state == "open"], decision, section, member=member)
        elif row.state != decision.outcome:
            raise errors.Conflict("This dispute was decided already.", code="al-besloten")
    return DisputeState(row.decide_by, identity, decision.outcome)


def _family(row: Dispute) -> list[Dispute]:
    """The dispute under every key it goes on under, with all their keys locked, older ones first."""
    family = Dispute.objects.filter(root=row.root)
    entries.lock_keys({bytes(one) for one in family.values_list("key_id", flat=True)})
    return list(family.select_for_update().order_by("opened", "id"))


def _require_judge(row: Dispute, member: Member) -> None:
    if RIGHT_TO_DECIDE not in member.uses:
        raise errors.NotAllowed("Only the dispute body decides.")
    if bytes(row.opener) == member.id:
        raise errors.NotAllowed("Who opened a dispute does not decide it.", code="eigen-betwisting")


def _conclude(family: list[Dispute], decision: DisputeDecision, section: Section, *, member: Member) -> None:
    clearing = _admitted(family, decision.clearing, section, member=member) if decision.outcome == "gegrond" else None
    told: list[tuple[bytes, Notice]] = []
    for row in family:
        row.state, row.decided = decision.outcome, clock.now()
        row.save(update_fields=["state", "decided"])
        audit.record(Happening(DECIDING, section.circle, member.id), reference=f"{bytes(row.id).hex()} {decision.outcome}")
        told += _settle(row, clearing, section, member=member)
    for row in family:
        entries.announce(bytes(row.key_id), [bytes(row.tag)], k=section.k, today=clock.now() // DAY)
    notices.tell(told)


def _settle(row: Dispute, clearing: Admitted | None, section: Section, *, member: Member) -> list[tuple[bytes, Notice]]:
    """What a decision does to the signals of one tag, and who is to hear it. Before any entry is announced."""
    rows = Signal.objects.filter(key_id=row.key_id, tag=row.tag)
    decided = Notice("betwisting-besloten", clock.now(), section.circle, subject=bytes(row.id), outcome=row.state)
    told = [(bytes(row.opener), decided), *_told(row, list(rows), told=decided)]
    if clearing is not None:
        rows.delete()
        if (clearing.header.key_id, clearing.tag) == _place(row):
            signals.keep(section, member, key_id=bytes(row.key_id), admitted=[clearing])
    return told


def _place(row: Dispute) -> tuple[bytes, bytes]:
    return bytes(row.key_id), bytes(row.tag)


def _admitted(family: list[Dispute], clearing: PublishedSignal | None, section: Section, *, member: Member) -> Admitted:
    if clearing is None:
        raise errors.Malformed("A dispute that is right comes with a signal of kind cleared.", code="geen-vrijgave")
    keys = frozenset(selectors.live_keys(section.circle, partners.snapshot(), at=clock.now()))
    desk = admission.Desk(section, member, keys, clock.now(), kind=Kind.CLEARED)
    (admitted,) = admission.admit(admission.Publication((clearing,)), desk)
    if (admitted.header.key_id, admitted.tag) not in {_place(one) for one in family}:
        raise errors.Malformed("The signal of kind cleared is on another tag.", code="ander-kenmerk")
    return admitted


def _state(row: Dispute) -> DisputeState:
    return DisputeState(row.decide_by, bytes(row.id), row.state)
