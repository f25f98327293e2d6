"""Replica streams: the entries of one key to every member of a replica circle, resumable by sequence, with hourly digests.

A reader that comes back names the last sequence it processed. First it gets what it lacks in no order, then what comes.
"""

from __future__ import annotations

import asyncio
import base64
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sluis.core import errors
from sluis.core.exchange import documents
from sluis.core.exchange.notices import SET_LABEL, SetDigest
from sluis.core.exchange.signal import ENTRY_OCTETS
from sluis.edge import entries as held
from sluis.edge.entries import Entries
from sluis.wire import clock, sse

BACKLOG: Final = 20_000
PIECE: Final = 4_000 * ENTRY_OCTETS
_HOUR: Final = 3_600


@dataclass(slots=True)
class Replicas:
    """Who follows which key. One event loop only."""

    entries: Entries
    private: Ed25519PrivateKey
    floor: int = 0
    _readers: dict[bytes, set[asyncio.Queue[bytes | None]]] = field(default_factory=lambda: defaultdict(set))
    _hour: int = 0

    def require_cursor(self, cursor: int) -> None:
        """Raises Conflict `cursor-te-oud` when removals after this cursor are no longer known, or it lies ahead."""
        if cursor and not self.floor <= cursor <= self.entries.cursor:
            raise errors.Conflict("This cursor is too old; read from 0.", code="cursor-te-oud", floor=self.floor)

    def spread(self, changed: Iterable[tuple[bytes, bytes]]) -> None:
        """Hands (key id, entry) pairs to the readers of each key. A reader that is too slow is cut, and comes back."""
        by_key: dict[bytes, list[bytes]] = defaultdict(list)
        for key_id, entry in changed:
            if self._readers.get(key_id):
                by_key[key_id].append(entry)
        for key_id, found in by_key.items():
            place = int.from_bytes(found[-1][-6:], "big")
            self._give(key_id, sse.event("entries", base64.b64encode(b"".join(found)).decode(), place=place))

    def _give(self, key_id: bytes, octets: bytes) -> None:
        for queue in list(self._readers.get(key_id, ())):
            if queue.full():
                self._readers[key_id].discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)
            else:
                queue.put_nowait(octets)

    async def follow(self, key_id: bytes, cursor: int, *, closing: sse.Closing) -> AsyncGenerator[bytes]:
        """The events of one reader, without end: what it lacks after `cursor`, `reached`, then what comes."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BACKLOG)
        self._readers[key_id].add(queue)
        reached = self.entries.cursor
        try:
            async for piece in self._lacking(key_id, cursor):
                yield sse.event("entries", base64.b64encode(piece).decode())
            yield sse.event("reached", str(self.entries.of(key_id).live), place=reached)
            while not closing.is_set() and queue in self._readers[key_id]:
                yield await closing.or_next(queue) or sse.HEARTBEAT
        finally:
            self._readers[key_id].discard(queue)

    async def _lacking(self, key_id: bytes, cursor: int) -> AsyncIterator[bytes]:
        gathered = bytearray()
        for some in self.entries.of(key_id).since(cursor):
            gathered += some
            if len(gathered) >= PIECE:
                yield bytes(gathered)
                gathered.clear()
                await asyncio.sleep(0)
        if gathered:
            yield bytes(gathered)

    async def sign_digests(self) -> bool:
        """Once an hour: marks a place in each stream, and signs what lived there; whether it was time.

        Readers compare with their own.
        """
        hour = clock.now() // _HOUR
        if hour == self._hour:
            return False
        self._hour = hour
        for key_id in self.entries.key_ids():
            await self.sign_digest(key_id)
        return True

    async def sign_digest(self, key_id: bytes) -> documents.Signed:
        """Marks the stream of one key here and now, and gives the signed digest; its readers get both."""
        found, place = self.entries.of(key_id), self.entries.cursor
        live, cells = found.live, found.copy()
        self._give(key_id, sse.event("mark", str(place)))
        digest = await asyncio.to_thread(held.digest, cells)
        told = SetDigest(v=1, key=key_id, sequence=place, live=live, digest=digest, time=clock.now())
        signed = documents.sign(SET_LABEL, told, [self.private])
        self._give(key_id, sse.event("digest", msgspec.json.encode(signed).decode()))
        return signed
