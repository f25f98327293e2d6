"""The appending side of the streams: the last statement of a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection

from sluis.plumbing.models import Event, Place

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


_BEGINNING: Final = """
SELECT body FROM plumbing_event WHERE stream = %(stream)s
    AND substring(body FROM 1 FOR length(%(beginning)s::bytea)) = %(beginning)s ORDER BY sequence
"""


def beginning(stream: str, octets: bytes) -> list[bytes]:
    """The events of a stream that begin with these octets, in order, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, {"stream": stream, "beginning": octets})
        return [bytes(body) for (body,) in cursor.fetchall()]


_LAST: Final = """
SELECT DISTINCT ON (stream) stream, sequence, body FROM plumbing_event
WHERE stream = ANY(%(streams)s) AND position(%(octets)s::bytea IN body) > 0 ORDER BY stream, sequence DESC
"""


def last_with(streams: Sequence[str], octets: bytes) -> dict[str, tuple[int, bytes]]:
    """Of each of these streams the last event that holds these octets: sequence and body. In one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, {"streams": list(streams), "octets": octets})
        return {stream: (int(sequence), bytes(body)) for stream, sequence, body in cursor.fetchall()}


_TIDY: Final = """
DELETE FROM plumbing_event AS old USING (
    SELECT substring(body FROM 1 FOR %(octets)s) AS subject, max(sequence) AS last
    FROM plumbing_event WHERE stream = %(stream)s GROUP BY 1
) AS newest
WHERE old.stream = %(stream)s AND substring(old.body FROM 1 FOR %(octets)s) = newest.subject AND old.sequence < newest.last
"""
_DROP: Final = "DELETE FROM plumbing_event WHERE stream = %(stream)s AND sequence = ANY(%(gone)s)"
_RAISE: Final = "UPDATE plumbing_stream SET floor = greatest(floor, %(floor)s) WHERE name = %(stream)s"


def tidy(stream: str, *, octets: int, gone: Sequence[int]) -> int:
    """Keeps only the newest event of each subject (the first `octets` of a body), and drops the events `gone` with a floor
    behind them. Returns how many went. Raises nothing: readers go on, or begin anew when they lie before the floor.
    """
    values: dict[str, Any] = {"stream": stream, "octets": octets, "gone": list(gone), "floor": max(gone, default=0)}
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, values)
        cursor.execute(_TIDY, values)
        superseded = cursor.rowcount
        cursor.execute(_DROP, values)
        return int(superseded + cursor.rowcount)


_BEHIND: Final = """
SELECT stream.name, coalesce(place.sequence, 0) FROM plumbing_stream AS stream
LEFT JOIN plumbing_place AS place ON place.stream = stream.name AND place.reader = %(reader)s
WHERE stream.name LIKE %(kind)s AND stream.head > coalesce(place.sequence, 0) ORDER BY stream.name
"""


def behind(reader: str, *, kind: str) -> list[tuple[str, int]]:
    """(stream, sequence dealt with) of each stream `kind:...` that holds something new for a reader of the hub itself."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, {"reader": reader, "kind": f"{kind}:%"})
        return [(str(name), int(sequence)) for name, sequence in cursor.fetchall()]


def after(stream: str, sequence: int, *, limit: int) -> list[tuple[int, bytes]]:
    """(sequence, body) of the next events of a stream, in order, at most `limit`."""
    rows = Event.objects.filter(stream=stream, sequence__gt=sequence).order_by("sequence")
    return [(number, bytes(body)) for number, body in rows.values_list("sequence", "body")[:limit]]


def settle(reader: str, stream: str, sequence: int) -> None:
    """The reader has dealt with everything up to `sequence`."""
    Place.objects.update_or_create(reader=reader, stream=stream, defaults={"sequence": sequence})
