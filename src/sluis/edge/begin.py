"""What the stream comes to, read at once: the database joins the newest entry of each tag into the cells the edge answers from.

Event by event a million entries would take the edge three times as long. Source: `docs/reference/protocol.md`, Streams.
"""

from __future__ import annotations

from typing import Final

from psycopg import AsyncConnection

from sluis.core.exchange.signal import OP_SET
from sluis.edge.entries import Entries

# An event is a key id (16), then an entry without its sequence (26): tag (16), op, and so on. A cell is 12 bits of the tag.
_CELLS: Final = """
WITH newest AS (
    SELECT DISTINCT ON (substring(body FROM 1 FOR 32)) substring(body FROM 1 FOR 16) AS key_id,
           substring(body FROM 17 FOR 26) AS entry, sequence
    FROM plumbing_event WHERE stream = %(stream)s AND sequence <= %(head)s
    ORDER BY substring(body FROM 1 FOR 32), sequence DESC
)
SELECT key_id, get_byte(entry, 0) * 16 + get_byte(entry, 1) / 16 AS cell, get_byte(entry, 16) = %(set)s AS is_set,
       string_agg(entry || substring(int8send(sequence) FROM 3), ''::bytea ORDER BY entry)
FROM newest GROUP BY 1, 2, 3
"""


async def load(entries: Entries, url: str, *, stream: str, head: int) -> None:
    """Fills empty `entries` with what lives at `head` and what was removed; the cursor is there. Raises `psycopg.Error`."""
    async with await AsyncConnection.connect(url) as connection:
        await connection.execute("SET LOCAL work_mem = '64MB'")
        values = {"stream": stream, "head": head, "set": OP_SET}
        async with connection.cursor(binary=True) as cursor:
            async for key_id, cell, is_set, octets in cursor.stream(_CELLS, values):
                entries.fill(key_id, cell=cell, octets=octets, live=is_set)
    entries.cursor = head
