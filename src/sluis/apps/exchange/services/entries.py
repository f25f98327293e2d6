"""Tags whose signals changed -> entries in the stream, at the end of the transaction.

Only what changed for others travels: a tag below k, disputed or cleared leaves no trace in the stream.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef

from sluis.apps.exchange.models import Dispute, Entry, Key, Removal, Signal
from sluis.core.exchange import entries, signal
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.entries import LiveSignal
from sluis.plumbing import outbox
from sluis.wire import clock

STREAM: Final = "entries"
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(encode(%(key)s, 'hex'), 7))"
_SET: Final = """
INSERT INTO exchange_entry AS there (key_id, tag, octets)
SELECT %s, one.tag, one.octets FROM unnest(%s::bytea[], %s::bytea[]) AS one (tag, octets)
ON CONFLICT (key_id, tag) DO UPDATE SET octets = excluded.octets WHERE there.octets <> excluded.octets
RETURNING tag
"""


def lock_key(key_id: bytes) -> None:
    """Until the transaction ends, nobody else changes signals under this key: no merge misses another's signal."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, {"key": key_id})


def lock_keys(key_ids: Iterable[bytes]) -> None:
    """As `lock_key` for several, those of older epochs first: in one order for everybody, or two calls wait for each other."""
    for key_id in Key.objects.filter(id__in=list(key_ids)).order_by("epoch", "id").values_list("id", flat=True):
        lock_key(bytes(key_id))


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
    """Merges the live signals of each tag and appends what changed: an entry that is set, or one that is removed."""
    wanted = sorted(set(tags))
    shown = _shown(key_id, wanted, k=k, today=today)
    changed = _set(key_id, shown)
    gone = _remove(key_id, [tag for tag in wanted if tag not in shown])
    octets = {**{tag: shown[tag].octets() for tag in changed}, **{tag: entries.removal(Tag(tag)).octets() for tag in gone}}
    last = outbox.append(STREAM, [key_id + octets[tag] for tag in sorted(octets)])
    _note_removals(key_id, [last - after for after, tag in enumerate(sorted(octets, reverse=True)) if tag in gone])


def _shown(key_id: bytes, tags: Sequence[bytes], *, k: int, today: int) -> dict[bytes, signal.Entry]:
    merged = {tag: entries.merge(Tag(tag), found, k=k) for tag, found in _live_by_tag(key_id, tags, today).items()}
    return {tag: entry for tag, entry in merged.items() if entry is not None}


def _set(key_id: bytes, shown: Mapping[bytes, signal.Entry]) -> set[bytes]:
    if not shown:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_SET, [key_id, list(shown), [entry.octets() for entry in shown.values()]])
        return {bytes(tag) for (tag,) in cursor.fetchall()}


def _remove(key_id: bytes, hidden: Sequence[bytes]) -> set[bytes]:
    rows = Entry.objects.filter(key_id=key_id, tag__in=hidden)
    gone = {bytes(tag) for tag in rows.values_list("tag", flat=True)} if hidden else set()
    if gone:
        rows.delete()
    return gone


def _note_removals(key_id: bytes, sequences: Sequence[int]) -> None:
    if sequences:
        circle = Key.objects.filter(id=key_id).values_list("circle", flat=True)[0]
        now = clock.now()
        Removal.objects.bulk_create(Removal(sequence=one, circle=circle, key_id=key_id, time=now) for one in sequences)


def _live_by_tag(key_id: bytes, tags: Sequence[bytes], today: int) -> dict[bytes, list[LiveSignal]]:
    disputed = Dispute.objects.filter(key_id=key_id, tag=OuterRef("tag"), state="open")
    rows = Signal.objects.filter(~Exists(disputed), key_id=key_id, tag__in=tags, expires__gte=today)
    found: dict[bytes, list[LiveSignal]] = defaultdict(list)
    for tag, header, group in rows.values_list("tag", "header", "group"):
        found[bytes(tag)].append(live(signal.Header.parse(bytes(header)), bytes(group)))
    return found
