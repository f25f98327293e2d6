"""One look at the demo for all readers: at most one in two seconds, and none while nobody reads."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import anyio.to_thread
import httpx
import msgspec

from sluis.core import errors
from sluis.demo import world
from sluis.demo.layout import Layout
from sluis.demo.live import composing
from sluis.demo.live.books import Books
from sluis.demo.live.composing import Seen
from sluis.demo.live.folder import Folder, State
from sluis.demo.live.picture import Picture
from sluis.demo.live.register import Found, Register
from sluis.demo.postgres import READER
from sluis.wire import clock

EVERY: Final = 2.0
HEALTH_EVERY: Final = 10.0
PATIENCE: Final = 1.0


class _Health(msgspec.Struct, frozen=True):
    status: str


class Looker:
    """Keeps the last picture. Asked for it, it looks again when that one is two seconds old; who asks meanwhile waits."""

    def __init__(self, layout: Layout) -> None:
        self._folder, self._books = Folder(layout.folder), Books(layout.folder)
        self._register = Register(layout.cluster.url(READER))
        self._http = httpx.Client(timeout=PATIENCE)
        self._health: tuple[float, dict[str, str]] = (float("-inf"), {})
        self._lock, self._looked = asyncio.Lock(), float("-inf")
        self._last: Picture | None = None

    async def picture(self) -> Picture:
        """The picture, at most two seconds old."""
        async with self._lock:
            if self._last is None or time.monotonic() - self._looked >= EVERY:
                self._last = await anyio.to_thread.run_sync(self.look)
                self._looked = time.monotonic()
            return self._last

    def look(self) -> Picture:
        """Looks now, in the caller's thread."""
        now, state = clock.now(), self._folder.state()
        seen = Seen(
            now,
            state,
            policy=self._folder.policy(),
            life=self._folder.life(),
            begun=self._folder.begun(),
            happenings=self._folder.happenings(),
            health=self._healths(state),
            lines=self._books.read((party.slug for party in world.PARTIES), now=now),
            found=self._found(now),
        )
        return composing.compose(seen, self._books.hit_at)

    def close(self) -> None:
        """Closes connections."""
        self._register.close()
        self._http.close()

    def _found(self, now: int) -> Found | None:
        try:
            return self._register.read(now=now)
        except errors.Unavailable:
            return None

    def _healths(self, state: State | None) -> dict[str, str]:
        """What each service that listens says of itself, at most ten seconds old, newer for one that was not in order;
        empty for one that does not answer."""
        asked, known = self._health
        is_due = time.monotonic() - asked >= HEALTH_EVERY
        due = [name for name in state.urls if name != "live" and (is_due or known.get(name) != "ok")] if state else []
        known = known | {name: self._ask(state.urls[name]) for name in due if state}
        self._health = (time.monotonic() if is_due else asked, known)
        return known

    def _ask(self, url: str) -> str:
        try:
            answer = self._http.get(f"{url}/v1/health")
            return msgspec.json.decode(answer.content, type=_Health).status
        except (httpx.HTTPError, msgspec.DecodeError):
            return ""
