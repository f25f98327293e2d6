"""What an ended epoch leaves at the hub: nothing. A day after the end of a key's use its signals go, and entries follow."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange import selectors
from sluis.apps.exchange.models import Dispute, Key, Signal
from sluis.apps.exchange.services import entries
from sluis.apps.partners import selectors as partners
from sluis.plumbing import roles
from sluis.wire import clock

DAY: Final = 86_400
BATCH: Final = 2000
ACTIVITY: Final = "tijdvak gewist"
_UNSEEN: Final = 1_000_000
# What the stream still tells of the key's tags. Readers that come later need none of it: the key is no longer used.
_FORGET: Final = "DELETE FROM plumbing_event WHERE stream = %s AND substring(body FROM 1 FOR 16) = %s"


def erase_ended() -> int:
    """Erases signals (tags, s, contexts) of keys whose use ended a day ago; returns how many. Goes on after a kill."""
    stored = partners.stored_snapshot()
    if stored is None:
        return 0
    gone = sum(_erase(row) for row in selectors.ended_keys(stored, at=clock.now()))
    if gone:
        _vacuum()
    return gone


def _erase(row: Key) -> int:
    gone = 0
    while batch := _erase_some(bytes(row.id)):
        gone += batch
    with transaction.atomic():
        entries.lock_key(bytes(row.id))
        Dispute.objects.filter(key_id=row.id).exclude(state="open").update(tag=b"")
        Key.objects.filter(id=row.id).update(erased=clock.now())
        audit.record(Happening(ACTIVITY, bytes(row.circle), amount=gone), reference=f"{row.type}/{row.epoch}")
    return gone


def _erase_some(key_id: bytes) -> int:
    with transaction.atomic():
        entries.lock_key(key_id)
        tags = [bytes(tag) for tag in Signal.objects.filter(key_id=key_id).values_list("tag", flat=True).distinct()[:BATCH]]
        gone, _tables = Signal.objects.filter(key_id=key_id, tag__in=tags).delete() if tags else (0, {})
        entries.announce(key_id, tags, k=_UNSEEN, today=clock.now() // DAY)
    return gone


def forget_stream() -> int:
    """Takes from the stream what it told of keys erased a day ago; how many events. Until then readers saw removals."""
    rows = Key.objects.filter(erased__lte=clock.now() - DAY, forgotten=False)
    return sum(_forget(bytes(row.id)) for row in rows)


def _forget(key_id: bytes) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FORGET, [entries.STREAM, key_id])
        Key.objects.filter(id=key_id).update(forgotten=True)
        return int(cursor.rowcount)


def _vacuum() -> None:
    """Has the database reuse the rows' room now. Older servers let the owner alone ask for it; there autovacuum comes round."""
    if not roles.may_vacuum():
        return
    with connection.cursor() as cursor:
        for table in roles.ERASED:
            cursor.execute(f"VACUUM {table}")
