"""The reading side of the streams in PostgreSQL. The table is the stream; NOTIFY only wakes its readers.

Sequences are handed out in commit order, so a cursor never skips a row. Needs psycopg: only services import this module.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import AsyncConnection

CHANNEL: Final = "sluis_stream"
BATCH: Final = 10_000
PATIENCE: Final = 1.0
POLICY: Final = ""
_READ: Final = "SELECT sequence, body FROM plumbing_event WHERE stream = %s AND sequence > %s ORDER BY sequence LIMIT %s"
_BOUNDS: Final = "SELECT head, floor FROM plumbing_stream WHERE name = %s"


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
                events = await read(connection, self.name, after=cursor)
                yield events
                if events:
                    cursor = events[-1].sequence
                if len(events) < BATCH:
                    await _wait(connection)

    async def bounds(self) -> tuple[int, int]:
        """The sequence of the last event, and the floor before which a cursor is too old; 0 when there is none."""
        async with await AsyncConnection.connect(self.url, autocommit=True) as connection:
            row = await (await connection.execute(_BOUNDS, (self.name,))).fetchone()
            return (int(row[0]), int(row[1])) if row else (0, 0)


async def read(connection: AsyncConnection, name: str, *, after: int, limit: int = BATCH) -> list[Event]:
    """Up to `limit` events of the stream called `name` after a sequence, in order."""
    answer = await connection.execute(_READ, (name, after, limit), binary=True)
    return [Event(sequence, body) for sequence, body in await answer.fetchall()]


class Bell:
    """One connection that hears every stream, and wakes who waits for one by name."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._heard: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)

    @contextmanager
    def hear(self, name: str) -> Iterator[asyncio.Queue[str]]:
        """A queue that gets the name whenever the stream has news, `POLICY` after `ring_policy`; never more than one of it."""
        queue: asyncio.Queue[str] = asyncio.Queue(2)
        self._heard[name].add(queue)
        try:
            yield queue
        finally:
            self._heard[name].discard(queue)

    async def listen(self) -> None:
        """Listens until the connection is lost. Raises `Lost`."""
        async with await AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            for name in list(self._heard):
                self._wake(name, name)
            async for notice in connection.notifies():
                self._wake(notice.payload, notice.payload)

    def ring_policy(self) -> None:
        """Tells everybody that policy or keys may have changed."""
        for name in list(self._heard):
            self._wake(name, POLICY)

    def _wake(self, name: str, word: str) -> None:
        for queue in self._heard.get(name, ()):
            if not queue.full():
                queue.put_nowait(word)


async def _wait(connection: AsyncConnection) -> None:
    async for _notice in connection.notifies(timeout=PATIENCE, stop_after=1):
        return


Lost = psycopg.Error
