"""The appending side of the streams: the last statement of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

CHANNEL: Final = "sluis_stream"
_APPEND: Final = """
WITH taken AS (
    INSERT INTO plumbing_stream (name, head) VALUES (%(stream)s, %(count)s)
    ON CONFLICT (name) DO UPDATE SET head = plumbing_stream.head + %(count)s RETURNING head
), woken AS (SELECT pg_notify(%(channel)s, %(stream)s))
INSERT INTO plumbing_event (stream, sequence, body)
SELECT %(stream)s, taken.head - %(count)s + one.place, one.body
FROM taken, woken, unnest(%(bodies)s::bytea[]) WITH ORDINALITY AS one (body, place)
RETURNING sequence
"""


def append(stream: str, bodies: Sequence[bytes]) -> int:
    """Appends events in order and wakes readers at commit; returns the last sequence, 0 when there were none.

    Call it last: the stream's row is locked until the transaction ends.
    """
    if not bodies:
        return 0
    values: dict[str, Any] = {"stream": stream, "count": len(bodies), "channel": CHANNEL, "bodies": list(bodies)}
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        return max(int(sequence) for (sequence,) in cursor.fetchall())
