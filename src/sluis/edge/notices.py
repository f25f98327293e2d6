"""Notice streams: each member its own, read from the database, woken by one bell for all."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Final

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sluis.core.exchange import notices
from sluis.wire import events, sse

PIECE: Final = 500


async def follow(
    pool: AsyncConnectionPool, bell: events.Bell, party: bytes, *, cursor: int, closing: sse.Closing
) -> AsyncIterator[bytes]:
    """A member's notices after `cursor`, in order and without end; `reached` once when there are no more, and `beleid` when
    policy or keys may have changed.

    A database that is away ends the stream: the reader comes back with its cursor.
    """
    name, is_reached = notices.stream_of(party), False
    with bell.hear(name) as heard:
        while not closing.is_set():
            try:
                async with pool.connection(timeout=5) as connection:
                    found = await events.read(connection, name, after=cursor, limit=PIECE)
            except (psycopg.Error, PoolTimeout):
                return
            for one in found:
                yield sse.event("notice", base64.b64encode(one.body).decode(), place=one.sequence)
                cursor = one.sequence
            if len(found) < PIECE and not is_reached:
                is_reached = True
                yield sse.event("reached", str(cursor))
            elif len(found) < PIECE:
                yield POLICY if await closing.or_next(heard) == events.POLICY else sse.HEARTBEAT


POLICY: Final = sse.event("beleid", "")
