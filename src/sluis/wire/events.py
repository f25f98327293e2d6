"""The reading side of the streams in PostgreSQL. The table is the stream; NOTIFY only wakes its readers.

Sequences are handed out in commit order, so a cursor never skips a row. Needs psycopg: only services import this module.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import AsyncConnection

CHANNEL: Final = "sluis_stream"
BATCH: Final = 10_000
PATIENCE: Final = 1.0
_READ: Final = "SELECT sequence, body FROM plumbing_event WHERE stream = %s AND sequence > %s ORDER BY sequence LIMIT %s"
_HEAD: Final = "SELECT head FROM plumbing_stream WHERE name = %s"


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its place in the stream, and its octets."""

    sequence: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream by name in the database at `url`."""

    url: str
    name: str

    async def follow(self, cursor: int) -> AsyncIterator[list[Event]]:
        """Events after `cursor`, in order and without end; an empty list says that the reader is up to date.

        Raises `psycopg.Error` when the connection is lost: follow again from the last sequence.
        """
        async with await AsyncConnection.connect(self.url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            while True:
                events = await self._read(connection, cursor)
                yield events
                if events:
                    cursor = events[-1].sequence
                if len(events) < BATCH:
                    await _wait(connection)

    async def head(self) -> int:
        """The sequence of the last event; 0 when there is none."""
        async with await AsyncConnection.connect(self.url, autocommit=True) as connection:
            row = await (await connection.execute(_HEAD, (self.name,))).fetchone()
            return int(row[0]) if row else 0

    async def _read(self, connection: AsyncConnection, cursor: int) -> list[Event]:
        answer = await connection.execute(_READ, (self.name, cursor, BATCH), binary=True)
        return [Event(sequence, body) for sequence, body in await answer.fetchall()]


async def _wait(connection: AsyncConnection) -> None:
    async for _notice in connection.notifies(timeout=PATIENCE, stop_after=1):
        return


Lost = psycopg.Error
