"""Admit published signals: rights, basis, rule, rows, audit, outbox. Answered when durable; a replay is a no-op."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Signal
from sluis.apps.exchange.selectors import pilots
from sluis.apps.exchange.services import entries, notices, signals, succession
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import admission
from sluis.core.exchange import succession as core_succession
from sluis.core.exchange.admission import Admitted, Publication
from sluis.core.exchange.bodies import SignalState
from sluis.core.exchange.encodings import KeyId
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import decision
from sluis.wire import clock

ACTIVITY: Final = "delen"
DAY: Final = 86_400
REPLACED: Final = "replaced"


def publish(circle: bytes, publication: Publication, *, key: bytes) -> list[SignalState]:
    """Admits 1 to 1,000 signals of the member with `key`, all or nothing, in order.

    Raises NotAllowed, NotPermitted `geen-grondslag`, Malformed with every fault, Conflict `revisie` when another signal of
    this publisher has the tag at this or a higher revision.
    """
    snapshot = partners.snapshot()
    section, member = snapshot.member(circle, key)
    wished = Happening(ACTIVITY, circle, member.id, len(publication.signals))
    with audit.recorded_refusals(wished, policy=snapshot.head.serial):
        now = clock.now()
        use, kind = core_succession.nature(publication)
        asked = decision.Passage(section, member, now, use=use.label)
        decision.require(asked)
        pilots.basis_of(section, at=now)
        keys = selectors.publish_keys(circle, snapshot, at=now)
        decision.require(replace(asked, closed=bool(keys.closed) and not keys.types))
        types = keys.types.items()
        granted = frozenset(one for one, name in types if decision.decide(replace(asked, type=name.label)) is None)
        admitted = admission.admit(publication, admission.Desk(section, member, granted, now, kind))
    return _store(section, member, admitted, previous=keys.previous)


def _store(
    section: Section, member: Member, admitted: Sequence[Admitted], *, previous: Mapping[KeyId, KeyId]
) -> list[SignalState]:
    states: dict[bytes, str] = {}
    with transaction.atomic():
        successions = succession.admitted(member, admitted, previous=previous)
        # In one order for everybody, so that two calls over several keys never wait for each other.
        for key_id in sorted({one.header.key_id for one in admitted}):
            part = [one for one in admitted if one.header.key_id == key_id]
            states |= signals.keep(section, member, key_id=key_id, admitted=part)
            _require_same(member, key_id, [one for one in part if one.tag not in states])
        changed = [one for one in admitted if states.get(one.tag)]
        if changed:
            audit.record(Happening(ACTIVITY, section.circle, member.id, len(changed)))
        succession.carry_over(section, successions)
        succession.keep_purposes(section, member, found=successions)
        for key_id in sorted({one.header.key_id for one in changed}):
            tags = [one.tag for one in changed if one.header.key_id == key_id]
            entries.announce(key_id, tags, k=section.k, today=clock.now() // DAY)
        revised = [one.header.signal_id for one in changed if states[one.tag] == REPLACED]
        if revised:
            notices.tell(notices.corrections(revised, Notice("gecorrigeerd", clock.now(), section.circle, outcome="herzien")))
    return [SignalState(one.header.signal_id, states.get(one.tag, "same")) for one in admitted]


def _require_same(member: Member, key_id: bytes, rest: Sequence[Admitted]) -> None:
    if not rest:
        return
    rows = Signal.objects.filter(publisher=member.id, key_id=key_id, tag__in=[bytes(one.tag) for one in rest])
    stored = {bytes(row.tag): (bytes(row.header), bytes(row.salt), bytes(row.context)) for row in rows}
    for one in rest:
        if stored.get(one.tag) != (one.header.octets(), one.salt, one.context):
            raise errors.Conflict(
                "You have another signal on this identifier at this or a higher revision; raise the revision.",
                code="revisie",
                signal=one.header.signal_id.hex(),
            )
