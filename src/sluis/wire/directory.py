"""The policy as a long-running service keeps it: fetched each minute, checked, on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sluis.core import errors
from sluis.core.exchange.epochs import Timetable
from sluis.core.exchange.keys import AcceptedKey
from sluis.core.exchange.policy import Snapshot
from sluis.core.exchange.records import Records
from sluis.wire import calls, clock, credentials, logs
from sluis.wire.book import Book

REFRESH: Final = 60
RETRY: Final = 1.0


class Directory:
    """Who may do what, for one service. `file` survives a restart, so that an older snapshot is never taken back."""

    def __init__(self, file: Path, pinned: Iterable[bytes]) -> None:
        self._file, self._book = file, Book(pinned)
        self.stale = asyncio.Event()
        if file.exists():
            self._book.restore(file.read_bytes())

    def snapshot(self, now: int) -> Snapshot:
        """The snapshot in force. Raises Unavailable `geen-beleid`, `beleid-verlopen`."""
        return self._book.snapshot(now)

    @property
    def keys(self) -> dict[bytes, AcceptedKey]:
        """The newest generation of every key, by key id."""
        return self._book.keys

    @property
    def records(self) -> Records:
        """The accepted key records, with the generation before the newest."""
        return self._book.records

    def timetable(self, circle: bytes, kind: int) -> Timetable:
        """When the keys of a circle and type are used, by the stored snapshot."""
        return self._book.timetable(circle, kind)

    def closed(self, circle: bytes, *, at: int) -> str | None:
        """The code of the ground on which the hub says a circle is shut at `at` (seconds), or None."""
        return self._book.closed(circle, at=at)

    @property
    def stored(self) -> Snapshot | None:
        """The stored snapshot, in force or not; None when there is none."""
        return self._book.stored

    @property
    def serial(self) -> int:
        """The serial of the stored snapshot; 0 when there is none."""
        return self._book.serial

    def is_in_force(self, now: int) -> bool:
        """Whether there is a snapshot within its term, and a key."""
        return bool(self.serial and self.keys) and not self._book.is_expired(now)

    async def refresh(self, hub: calls.Caller) -> None:
        """Fetches from the hub and keeps what holds. Raises ProtocolFailure when something does not, Unavailable."""
        taken = self._book.take(await hub.get(self._book.path), now=clock.now())
        for code in taken.refused:
            logs.logger().warning("key record refused", code=code)
        if taken.news:
            credentials.write(self._file, self._book.kept())

    async def try_refresh(self, hub: calls.Caller) -> bool:
        """As `refresh`; what goes wrong is logged and what was stored stays."""
        try:
            await self.refresh(hub)
        except errors.SluisError as error:
            logs.logger().warning("policy not refreshed", code=error.reason)
            return False
        return True

    async def follow(self, hub: calls.Caller) -> None:
        """Refreshes for ever: each minute, and when `stale` is set or nothing is there yet within a second."""
        while True:
            self.stale.clear()
            fresh = await self.try_refresh(hub)
            await asyncio.sleep(RETRY)
            if fresh:
                await self._rest()

    async def _rest(self) -> None:
        # Time may jump in the demo: an expired snapshot ends the rest, as news and a first key do.
        for _ in range(int(REFRESH / RETRY) - 1):
            if self.stale.is_set() or not self.keys or self._book.is_expired(clock.now()):
                return
            await asyncio.sleep(RETRY)
