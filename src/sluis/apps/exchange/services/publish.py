"""Admit published signals: rights, basis, rule, rows, audit, outbox. Answered when durable; a replay is a no-op."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import connection, transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Signal
from sluis.apps.exchange.services import entries
from sluis.apps.partners import selectors as partners
from sluis.apps.privacy import selectors as privacy
from sluis.core import errors
from sluis.core.exchange import admission
from sluis.core.exchange.admission import Admitted, Publication
from sluis.core.exchange.bodies import SignalState
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import decision
from sluis.wire import clock

ACTIVITY: Final = "delen"
DAY: Final = 86_400
_UPSERT: Final = """
INSERT INTO exchange_signal AS there
    (publisher, key_id, tag, "group", header, revision, expires, salt, signature, context)
SELECT %(publisher)s, %(key)s, one.tag, %(group)s, one.header, one.revision, one.expires, one.salt, one.signature, one.context
FROM unnest(%(tag)s::bytea[], %(header)s::bytea[], %(revision)s::int[], %(expires)s::int[], %(salt)s::bytea[],
            %(signature)s::bytea[], %(context)s::bytea[])
     AS one (tag, header, revision, expires, salt, signature, context)
ON CONFLICT (publisher, key_id, tag) DO UPDATE SET header = excluded.header, revision = excluded.revision,
    expires = excluded.expires, salt = excluded.salt, signature = excluded.signature, context = excluded.context
    WHERE excluded.revision > there.revision
RETURNING tag, (xmax = 0)
"""


def publish(circle: bytes, publication: Publication, *, key: bytes) -> list[SignalState]:
    """Admits 1 to 1,000 signals of the member with `key`, all or nothing, in order.

    Raises NotAllowed, NotPermitted `geen-grondslag`, Malformed with every fault, Conflict `revisie` when another signal of
    this publisher has the tag at this or a higher revision.
    """
    snapshot = partners.snapshot()
    section, member = snapshot.member(circle, key)
    with audit.recorded_refusals(Happening(ACTIVITY, circle, member.id, len(publication.signals))):
        now = clock.now()
        asked = decision.Passage(section, member, now, use="publish")
        decision.require(asked)
        privacy.basis_of(circle, at=now)
        types = selectors.live_keys(circle, snapshot, at=now)
        granted = frozenset(one for one, kind in types.items() if decision.decide(replace(asked, type=kind.label)) is None)
        admitted = admission.admit(publication, admission.Desk(section, member, granted, now))
    return _store(section, member, admitted)


def _store(section: Section, member: Member, admitted: Sequence[Admitted]) -> list[SignalState]:
    states: dict[bytes, str] = {}
    with transaction.atomic():
        # In one order for everybody, so that two calls over several keys never wait for each other.
        for key_id in sorted({one.header.key_id for one in admitted}):
            part = [one for one in admitted if one.header.key_id == key_id]
            entries.lock_key(key_id)
            states |= _upsert(member, key_id, part)
            _require_same(member, key_id, [one for one in part if one.tag not in states])
        changed = [one for one in admitted if states.get(one.tag)]
        if changed:
            audit.record(Happening(ACTIVITY, section.circle, member.id, len(changed)))
        for key_id in sorted({one.header.key_id for one in changed}):
            tags = [one.tag for one in changed if one.header.key_id == key_id]
            entries.announce(key_id, tags, k=section.k, today=clock.now() // DAY)
    return [SignalState(one.header.signal_id, states.get(one.tag, "same")) for one in admitted]


def _upsert(member: Member, key_id: bytes, admitted: Sequence[Admitted]) -> dict[bytes, str]:
    values: dict[str, Any] = {
        "publisher": member.id,
        "key": key_id,
        "group": member.group,
        "tag": [bytes(one.tag) for one in admitted],
        "header": [one.header.octets() for one in admitted],
        "revision": [one.header.revision for one in admitted],
        "expires": [one.header.expires for one in admitted],
        "salt": [one.salt for one in admitted],
        "signature": [one.signature for one in admitted],
        "context": [one.context for one in admitted],
    }
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, values)
        return {bytes(tag): "stored" if new else "replaced" for tag, new in cursor.fetchall()}


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
