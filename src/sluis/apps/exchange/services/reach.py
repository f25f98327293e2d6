"""How far the last word on a dispute got: who was to have it, who confirmed it by a signed cursor, who is asked again.

Who got a context confirms by a cursor in its own notices; in a replica circle every reader confirms by one in the entries.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from django.db import transaction

from sluis.apps.exchange.models import Dispute, Receipt
from sluis.apps.exchange.services import entries, notices
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.core.exchange import notices as streams
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.rights import DisputeReach
from sluis.plumbing import outbox
from sluis.wire import clock

DAY: Final = 86_400
PATIENCE: Final = 28 * DAY
_BODY: Final = "decide"


@dataclass(frozen=True, slots=True)
class _Due:
    """One member that is to confirm: up to which place in which stream; `body` is the notice it had, none of an entry."""

    party: bytes
    stream: str
    sequence: int
    body: bytes = b""


def reach_of(identity: bytes, *, key: bytes) -> DisputeReach:
    """How far it got, for the desk that opened it and for the dispute body. Raises NotFound `onbekende-betwisting`."""
    row = Dispute.objects.filter(id=identity).first()
    section, member = partners.snapshot().member(bytes(row.circle), key) if row else (None, None)
    if row is None or section is None or member is None or not _may_know(row, member):
        raise errors.NotFound("There is no such dispute.", code="onbekende-betwisting")
    due = list(_due(row, section))
    late = {one.party for one in _late(due)}
    everybody = {one.party for one in due}
    sectors = {one.id: one.sector for one in section.members}
    waiting = Counter(sectors.get(party, "") for party in late)
    return DisputeReach(len(everybody - late), len(everybody), dict(waiting))


def _may_know(row: Dispute, member: Member) -> bool:
    return bytes(row.opener) == member.id or _BODY in member.uses


def _due(row: Dispute, section: Section) -> Iterator[_Due]:
    for one in Dispute.objects.filter(root=row.root):
        yield from _due_notices(one, section)
        yield from _due_entries(one, section)


def _due_notices(row: Dispute, section: Section) -> Iterator[_Due]:
    by_stream = {streams.stream_of(one.id): one for one in section.members}
    subject = b'"kind":"gecorrigeerd"'
    named = base64.b64encode(bytes(row.id))
    for stream, (sequence, body) in outbox.last_with(list(by_stream), named).items():
        # The desk and the publishers hear of the dispute in notices of other kinds.
        if subject in body:
            yield _Due(by_stream[stream].id, stream, sequence, body)


def _due_entries(row: Dispute, section: Section) -> Iterator[_Due]:
    if section.mode != "replica":
        return
    gone = outbox.last_with([entries.STREAM], bytes(row.key_id) + bytes(row.tag)).get(entries.STREAM)
    for member in section.members if gone else ():
        if gone and "check" in member.uses:
            yield _Due(member.id, streams.replica_stream(bytes(row.key_id)), gone[0])


def _late(due: list[_Due]) -> Iterator[_Due]:
    reached = _reached({one.stream for one in due})
    return (one for one in due if reached.get((one.party, one.stream), 0) < one.sequence)


def _reached(names: set[str]) -> Mapping[tuple[bytes, str], int]:
    rows = Receipt.objects.filter(stream__in=names).values_list("party", "stream", "sequence")
    return {(bytes(party), stream): sequence for party, stream, sequence in rows}


def ask_again() -> int:
    """Tells a correction of the last four weeks again, once a day, to who did not confirm it; how many notices."""
    now = clock.now()
    settled = Dispute.objects.filter(decided__gte=now - PATIENCE).order_by("id")
    with transaction.atomic():
        snapshot = partners.snapshot()
        told = [one for row in settled for one in _again(row, snapshot.sections.get(bytes(row.circle)), now)]
        notices.tell(told)
    return len(told)


def _again(row: Dispute, section: Section | None, now: int) -> Iterator[tuple[bytes, Notice]]:
    for one in _late(list(_due_notices(row, section))) if section else ():
        before = msgspec.json.decode(one.body, type=Notice)
        if now - before.time >= DAY:
            yield one.party, msgspec.structs.replace(before, time=now)
