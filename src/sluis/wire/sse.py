"""Server-sent events as edge and gateway write them (WHATWG HTML, section 9.2), and how a stream ends with its server."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from types import FrameType
from typing import Any, Final

from starlette.responses import StreamingResponse

HEARTBEAT: Final = b"event: beat\ndata: \n\n"
BEAT: Final = 15.0
MEDIA_TYPE: Final = "text/event-stream"


def event(name: str, data: str, *, place: int | None = None) -> bytes:
    """One event. `data` holds no line breaks; `place` is what a reader names to go on from here."""
    where = "" if place is None else f"id: {place}\n"
    return f"event: {name}\n{where}data: {data}\n\n".encode()


def answer(events: AsyncIterator[bytes]) -> StreamingResponse:
    """A stream that no cache and no proxy holds up."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers=headers)


async def while_(holds: Callable[[], bool], events: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    """`events` as long as `holds` is true, asked before each: a right that ends, ends the stream."""
    async with contextlib.aclosing(events):
        async for one in events:
            if not holds():
                return
            yield one


class Closing:
    """Set when the server is told to stop: every open stream ends, so that the server can."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def is_set(self) -> bool:
        """Whether the server stops."""
        return self._event.is_set()

    @contextlib.contextmanager
    def on_signals(self) -> Iterator[None]:
        """Inside a lifespan: hears SIGTERM and SIGINT first, then the server's own handlers do."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def hear(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self._event.set)
            handler: Any = before[signal.Signals(number)]
            if callable(handler):
                handler(number, frame)

        for number in before:
            signal.signal(number, hear)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def or_next(self, queue: asyncio.Queue[Any], *, patience: float = BEAT) -> Any:
        """The next item of `queue`, or None after `patience` seconds or when the server stops."""
        getting, closing = asyncio.ensure_future(queue.get()), asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait({getting, closing}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()
            closing.cancel()
