"""Tags whose signals changed -> entries in the stream, as the last statement of the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.db import connection

from sluis.apps.exchange.models import Signal
from sluis.core.exchange import entries, signal
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.entries import LiveSignal
from sluis.plumbing import outbox

STREAM: Final = "entries"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 7))"


def lock_key(key_id: bytes) -> None:
    """Until the transaction ends, nobody else changes signals under this key: no merge misses another's signal."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [key_id])


def live(header: signal.Header, group: bytes) -> LiveSignal:
    """What the merge needs of a stored header."""
    return LiveSignal(
        header.signal_id,
        group,
        header.kind,
        header.origin,
        header.grade,
        header.advice,
        header.form,
        header.created,
        header.seen,
        header.expires,
    )


def announce(key_id: bytes, tags: Iterable[bytes], *, k: int, today: int) -> None:
    """Merges the live signals of each tag and appends one entry per tag: set, or remove when nothing may be seen."""
    wanted = sorted(set(tags))
    found = _live_by_tag(key_id, wanted, today)
    merged = (entries.merge(Tag(tag), found[tag], k=k) or entries.removal(Tag(tag)) for tag in wanted)
    outbox.append(STREAM, [key_id + entry.octets() for entry in merged])


def _live_by_tag(key_id: bytes, tags: Sequence[bytes], today: int) -> dict[bytes, list[LiveSignal]]:
    rows = Signal.objects.filter(key_id=key_id, tag__in=tags, expires__gte=today).values_list("tag", "header", "group")
    found: dict[bytes, list[LiveSignal]] = defaultdict(list)
    for tag, header, group in rows:
        found[bytes(tag)].append(live(signal.Header.parse(bytes(header)), bytes(group)))
    return found
