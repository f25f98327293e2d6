"""The edge as a running service: its routes, and the loops that keep policy and entries current."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from importlib import metadata
from typing import Final

import httpx
import msgspec
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Lifespan

from sluis.core import errors
from sluis.core.exchange.bodies import BucketQuestion
from sluis.edge import gate, ledger
from sluis.edge.config import Config
from sluis.edge.entries import Entries
from sluis.wire import asgi, clock, credentials, directory, events, logs
from sluis.wire.calls import Caller

VERSION: Final = metadata.version("sluis")
STREAM: Final = "entries"
LIMIT: Final = 16_384
RETRY: Final = 1.0


@dataclass(slots=True)
class Edge:
    """Everything a running edge has."""

    config: Config
    directory: directory.Directory
    entries: Entries
    hub: Caller
    stream: events.Stream
    pool: AsyncConnectionPool
    current: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def open(cls, config: Config, http: httpx.AsyncClient) -> Edge:
        """Reads its files; the database pool is opened by the caller. Raises Unavailable when a secret is missing."""
        private = credentials.signing_key(config.key_file)
        url = credentials.secret(config.database_file).decode()
        kept = directory.Directory(config.folder / "policy.json", config.pinned)
        pool = AsyncConnectionPool(url, min_size=1, max_size=8, open=False)
        hub = Caller(http, private, config.web.rstrip("/"))
        return cls(config, kept, Entries(), hub, events.Stream(url, STREAM), pool)

    async def ask(self, request: Request) -> Response:
        """`POST /v1/bevragingen`: recorded first, answered after."""
        signer, body = await asgi.signed_body(request, base_url=self.config.url, limit=LIMIT)
        if not self.current.is_set():
            raise errors.Unavailable("The edge is still reading; try again in a moment.", code="nog-niet-gereed")
        question, now = gate.read(body), clock.now()
        passage = self._judge(signer.key, question, now)
        await ledger.write(self.pool, signer, passage.line, now=now)
        if passage.refusal is not None:
            raise passage.refusal
        return Response(gate.answer(self.entries, question), headers={"cache-control": "no-store"}, media_type=asgi.OCTETS)

    def _judge(self, signer: bytes, question: BucketQuestion, now: int) -> gate.Passage:
        try:
            return gate.judge(self.directory, signer, question, now=now)
        except errors.NotFound:
            self.directory.stale.set()
            raise

    async def health(self, _request: Request) -> Response:
        """`GET /v1/health`: `ok`, or `waiting` for policy, keys or entries."""
        ready = self.current.is_set() and self.directory.is_in_force(clock.now())
        told = {"service": "edge", "status": "ok" if ready else "waiting", "version": VERSION}
        return asgi.json(msgspec.json.encode(told))

    async def follow_entries(self) -> None:
        """Applies the stream for ever; a lost database is tried again, and a stream that went back is read anew."""
        while True:
            try:
                if await self.stream.head() < self.entries.cursor:
                    self.entries.clear()
                await self._follow()
            except events.Lost as error:
                logs.logger().warning("stream lost", kind=type(error).__name__)
            await asyncio.sleep(RETRY)

    async def _follow(self) -> None:
        async for batch in self.stream.follow(self.entries.cursor):
            for event in batch:
                self.entries.apply(event.sequence, event.body)
            if len(batch) < events.BATCH:
                self.current.set()


def application(config: Config) -> Starlette:
    """The edge as an ASGI application; its loops run as long as it does."""
    http = httpx.AsyncClient(timeout=10)
    edge = Edge.open(config, http)
    return asgi.application(routes(edge), lifespan=_loops(edge, http))


def routes(edge: Edge) -> asgi.Routes:
    """What the edge answers."""
    return {"/v1/bevragingen": ("POST", edge.ask), "/v1/health": ("GET", edge.health)}


def _loops(edge: Edge, http: httpx.AsyncClient) -> Lifespan[Starlette]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await edge.pool.open()
        tasks = [asyncio.create_task(edge.directory.follow(edge.hub)), asyncio.create_task(edge.follow_entries())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await edge.pool.close()
        await http.aclose()

    return lifespan
