"""Signals published again under the next key: who replaces whom, and the disputes that come along."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Dispute, Signal
from sluis.apps.exchange.services import entries
from sluis.core.exchange import signal, succession
from sluis.core.exchange.admission import Admitted
from sluis.core.exchange.encodings import KeyId, Tag
from sluis.core.exchange.policy import Member, Section
from sluis.core.exchange.succession import Replaced, Succession
from sluis.core.law import purposes
from sluis.wire import clock

DAY = 86_400
ACTIVITY = "betwisting meegenomen"


def admitted(member: Member, signals: Sequence[Admitted], *, previous: Mapping[KeyId, KeyId]) -> list[Succession]:
    """Who replaces whom among admitted signals, inside the caller's transaction; the keys of both are locked, older ones first.

    Raises Malformed as `core.exchange.succession.check`.
    """
    named = succession.named(signals)
    if not named:
        return []
    keys = {one.header.key_id for one in signals}
    entries.lock_keys(keys | {previous[key] for key in keys if key in previous})
    rows = Signal.objects.filter(publisher=member.id, signal_id__in=named).values_list("header", "tag")
    live = [Replaced(signal.Header.parse(bytes(header)), Tag(bytes(tag))) for header, tag in rows]
    return succession.check(signals, {one.header.signal_id: one for one in live}, previous=previous)


def carry_over(section: Section, found: Iterable[Succession]) -> None:
    """Disputes stay: one that is open on the old tag is opened on the new one too. Before the entries are announced."""
    places = {(one.old.header.key_id, one.old.tag): (one.new.header.key_id, one.new.tag) for one in found}
    tags = [tag for _key_id, tag in places]
    for row in Dispute.objects.filter(tag__in=tags, state="open") if tags else ():
        place = places.get((KeyId(bytes(row.key_id)), Tag(bytes(row.tag))))
        if place is not None:
            _copy(section, row, place)


def keep_purposes(section: Section, member: Member, *, found: Sequence[Succession]) -> None:
    """What was shared again under the next key may be opened for what it was shared for at first, and no more."""
    before = Signal.objects.filter(publisher=member.id, signal_id__in=[one.old.header.signal_id for one in found])
    bound = {bytes(signal_id): kept for signal_id, kept in before.values_list("signal_id", "purposes")} if found else {}
    for one in found:
        granted = bound.get(one.old.header.signal_id)
        if granted is not None and granted != purposes.mask(section.purposes):
            after = Signal.objects.filter(publisher=member.id, key_id=one.new.header.key_id, tag=one.new.tag)
            after.update(purposes=granted)


def spread(section: Section, row: Dispute, rows: Iterable[Signal], *, following: KeyId | None) -> None:
    """A dispute that is opened holds for the signals that replaced `rows` already, under the key of the next epoch."""
    if following is None:
        return
    ids = {bytes(one.signal_id) for one in rows}
    entries.lock_key(following)
    publishers = {bytes(one.publisher) for one in rows}
    heads = Signal.objects.filter(publisher__in=publishers, key_id=following).values_list("header", "tag")
    tags = {bytes(tag) for header, tag in heads if signal.Header.parse(bytes(header)).replaces in ids}
    for tag in tags:
        _copy(section, row, (following, Tag(tag)))
    entries.announce(following, tags, k=section.k, today=clock.now() // DAY)


def _copy(section: Section, row: Dispute, place: tuple[KeyId, Tag]) -> None:
    _row, is_new = Dispute.objects.get_or_create(
        key_id=place[0],
        tag=place[1],
        state="open",
        defaults={
            "id": secrets.token_bytes(16),
            "root": row.root,
            "circle": row.circle,
            "opener": row.opener,
            "ground": row.ground,
            "person": row.person,
            "control": row.control,
            "opened": row.opened,
            "decide_by": row.decide_by,
        },
    )
    if is_new:
        audit.record(Happening(ACTIVITY, section.circle, bytes(row.opener)), reference=bytes(row.id).hex())
