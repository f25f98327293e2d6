"""Rows of signals: stored in one statement, erased with their entries and a word to who got a context."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from sluis.apps.exchange.models import Signal
from sluis.apps.exchange.services import entries, notices
from sluis.core.exchange.admission import Admitted
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.policy import Member, Section
from sluis.core.law import purposes
from sluis.wire import clock

DAY: Final = 86_400
# The key's lock comes first, as in `entries.lock_key`; what is read after this statement sees what others committed before.
_UPSERT: Final = f"""
WITH locked AS MATERIALIZED ({entries.LOCK})
INSERT INTO exchange_signal AS there
    (publisher, key_id, tag, signal_id, "group", header, revision, expires, salt, signature, context, purposes)
SELECT %(publisher)s, %(key)s, one.tag, one.signal, %(group)s, one.header, one.revision, one.expires, one.salt,
       one.signature, one.context, %(purposes)s::smallint
FROM locked, unnest(%(tag)s::bytea[], %(signal)s::bytea[], %(header)s::bytea[], %(revision)s::int[], %(expires)s::int[],
            %(salt)s::bytea[], %(signature)s::bytea[], %(context)s::bytea[])
     AS one (tag, signal, header, revision, expires, salt, signature, context)
ON CONFLICT (publisher, key_id, tag) DO UPDATE SET signal_id = excluded.signal_id, header = excluded.header,
    revision = excluded.revision, expires = excluded.expires, salt = excluded.salt, signature = excluded.signature,
    context = excluded.context
    WHERE excluded.revision > there.revision
RETURNING tag, (xmax = 0)
"""  # noqa: S608 - our own constant


def keep(section: Section, member: Member, *, key_id: bytes, admitted: Sequence[Admitted]) -> dict[bytes, str]:
    """Stores signals under one key, inside the caller's transaction: `stored` or `replaced` by tag, nothing for the rest. Each
    is bound to the purposes of the circle now; one that replaces another stays bound to those of the first.
    """
    values: dict[str, Any] = {
        "publisher": member.id,
        "key": key_id,
        "group": member.group,
        "tag": [bytes(one.tag) for one in admitted],
        "signal": [one.header.signal_id for one in admitted],
        "header": [one.header.octets() for one in admitted],
        "revision": [one.header.revision for one in admitted],
        "expires": [one.header.expires for one in admitted],
        "salt": [one.salt for one in admitted],
        "signature": [one.signature for one in admitted],
        "context": [one.context for one in admitted],
        "purposes": purposes.mask(section.purposes),
    }
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, values)
        return {bytes(tag): "stored" if new else "replaced" for tag, new in cursor.fetchall()}


def locked(rows: QuerySet[Signal]) -> list[Signal]:
    """These signals, with their keys locked, as they are then: the same call may have come twice, and the other was first."""
    entries.lock_keys({bytes(one) for one in rows.values_list("key_id", flat=True)})
    return list(rows.all())


def erase(section: Section, rows: QuerySet[Signal], notice: Notice) -> None:
    """Deletes signals, renews the entries of their tags and tells who got a context. Last in a transaction."""
    gone = locked(rows)
    keys = sorted({bytes(one.key_id) for one in gone})
    ids = [bytes(one.signal_id) for one in gone]
    told = notices.corrections(ids, notice)
    Signal.objects.filter(key_id__in=keys, signal_id__in=ids).delete()
    for key_id in keys:
        tags = [bytes(one.tag) for one in gone if bytes(one.key_id) == key_id]
        entries.announce(key_id, tags, k=section.k, today=clock.now() // DAY)
    notices.tell(told)
