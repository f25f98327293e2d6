"""The edge as a running service: its routes, and the loops that keep policy and entries current."""

from __future__ import annotations

import asyncio
import contextlib
import functools
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
from sluis.edge import begin, gate, ledger, notices
from sluis.edge.config import Config
from sluis.edge.entries import Entries
from sluis.edge.replicas import Replicas
from sluis.wire import asgi, clock, credentials, directory, events, logs, sse
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
    replicas: Replicas
    bell: events.Bell
    current: asyncio.Event = field(default_factory=asyncio.Event)
    closing: sse.Closing = field(default_factory=sse.Closing)

    @classmethod
    def open(cls, config: Config, http: httpx.AsyncClient) -> Edge:
        """Reads its files; the database pool is opened by the caller. Raises Unavailable when a secret is missing."""
        private = credentials.signing_key(config.key_file)
        url = credentials.secret(config.database_file).decode()
        kept = directory.Directory(config.folder / "policy.json", config.pinned)
        pool = AsyncConnectionPool(url, min_size=1, max_size=8, open=False)
        hub = Caller(http, private, config.web.rstrip("/"))
        entries, stream = Entries(), events.Stream(url, STREAM)
        return cls(config, kept, entries, hub, stream, pool, Replicas(entries, private), events.Bell(url))

    async def ask(self, request: Request) -> Response:
        """`POST /v1/bevragingen`: recorded first, answered after."""
        signer, body = await asgi.signed_body(request, base_url=self.config.url, limit=LIMIT)
        self._require_current()
        question, now = gate.read(body), clock.now()
        passage = self._judge(signer.key, question, now)
        await ledger.write(self.pool, signer, passage.line, now=now)
        if passage.refusal is not None:
            raise passage.refusal
        return Response(gate.answer(self.entries, question), headers={"cache-control": "no-store"}, media_type=asgi.OCTETS)

    async def follow_replica(self, request: Request) -> Response:
        """`GET /v1/stromen/{key}?vanaf=`: all entries of a key, for members of a replica circle. Recorded first."""
        signer, _body = await asgi.signed_body(request, base_url=self.config.url, limit=LIMIT)
        self._require_current()
        key_id, cursor, now = _key_id(request), _cursor(request), clock.now()
        passage = gate.judge_replica(self.directory, signer.key, key_id, now=now)
        await ledger.write(self.pool, signer, passage.line, now=now)
        if passage.refusal is not None:
            raise passage.refusal
        self.replicas.require_cursor(cursor)
        still = functools.partial(self._may_follow, signer.key, key_id)
        return sse.answer(sse.while_(still, self.replicas.follow(key_id, cursor, closing=self.closing)))

    async def follow_notices(self, request: Request) -> Response:
        """`GET /v1/berichten?vanaf=`: a member's own notices."""
        signer, _body = await asgi.signed_body(request, base_url=self.config.url, limit=LIMIT)
        party, cursor, now = gate.party(self.directory, signer.key, now=clock.now()), _cursor(request), clock.now()
        await ledger.use_nonce(self.pool, signer, now=now)
        return sse.answer(notices.follow(self.pool, self.bell, party, cursor=cursor, closing=self.closing))

    def _may_follow(self, signer: bytes, key_id: bytes) -> bool:
        try:
            return gate.judge_replica(self.directory, signer, key_id, now=clock.now()).refusal is None
        except errors.SluisError:
            return False

    def _require_current(self) -> None:
        if not self.current.is_set():
            raise errors.Unavailable("The edge is still reading; try again in a moment.", code="nog-niet-gereed")

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
                head, self.replicas.floor = await self.stream.bounds()
                if head < self.entries.cursor:
                    self.entries.clear()
                if not self.entries.cursor:
                    await begin.load(self.entries, self.stream.url, stream=STREAM, head=head)
                await self._follow()
            except events.Lost as error:
                logs.logger().warning("stream lost", kind=type(error).__name__)
            await asyncio.sleep(RETRY)

    async def _follow(self) -> None:
        async for batch in self.stream.follow(self.entries.cursor):
            self.replicas.spread([self.entries.apply(event.sequence, event.body) for event in batch])
            if len(batch) < events.BATCH:
                self.current.set()

    async def ring(self) -> None:
        """Keeps the bell of the notice streams for ever; a lost database is tried again."""
        while True:
            try:
                await self.bell.listen()
            except events.Lost as error:
                logs.logger().warning("bell lost", kind=type(error).__name__)
            await asyncio.sleep(RETRY)

    async def tend(self) -> None:
        """Each second: the hourly digests, and a word to everybody when policy or keys changed."""
        known = self._policy_state()
        while True:
            if self.current.is_set() and await self.replicas.sign_digests():
                await self._forget_removals()
            if known != (known := self._policy_state()):
                self.bell.ring_policy()
            await asyncio.sleep(RETRY)

    async def _forget_removals(self) -> None:
        try:
            _head, self.replicas.floor = await self.stream.bounds()
        except events.Lost:
            return
        self.entries.forget_removed(self.replicas.floor)

    def _policy_state(self) -> tuple[int, int]:
        return self.directory.serial, len(self.directory.keys)


def _key_id(request: Request) -> bytes:
    try:
        return bytes.fromhex(request.path_params["key"])
    except ValueError:
        raise errors.NotFound("This key is not known here.", code="onbekende-sleutel") from None


def _cursor(request: Request) -> int:
    text = request.query_params.get("vanaf", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise errors.Malformed("vanaf is the last sequence you processed, 0 for all.", code="cursor")
    return int(text)


def application(config: Config) -> Starlette:
    """The edge as an ASGI application; its loops run as long as it does."""
    http = httpx.AsyncClient(timeout=10)
    edge = Edge.open(config, http)
    return asgi.application(routes(edge), lifespan=_loops(edge, http))


def routes(edge: Edge) -> asgi.Routes:
    """What the edge answers."""
    return {
        "/v1/bevragingen": ("POST", edge.ask),
        "/v1/stromen/{key}": ("GET", edge.follow_replica),
        "/v1/berichten": ("GET", edge.follow_notices),
        "/v1/health": ("GET", edge.health),
    }


def _loops(edge: Edge, http: httpx.AsyncClient) -> Lifespan[Starlette]:
    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await edge.pool.open()
        loops = (edge.directory.follow(edge.hub), edge.follow_entries(), edge.ring(), edge.tend())
        tasks = [asyncio.create_task(one) for one in loops]
        with edge.closing.on_signals():
            yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await edge.pool.close()
        await http.aclose()

    return lifespan
