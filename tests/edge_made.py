"""An edge on a real database beside a hub in memory: what its tests publish into, ask and follow."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import msgspec
import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hub_stub import HubStub

from sluis.core import errors
from sluis.core.exchange import documents, sharing
from sluis.core.exchange.documents import Signed
from sluis.core.exchange.encodings import Tag, document
from sluis.core.exchange.group import reduce
from sluis.core.exchange.keys import KeyRecord
from sluis.core.exchange.signal import Entry
from sluis.demo import world
from sluis.demo.postgres import Cluster
from sluis.edge import service
from sluis.edge.config import Config
from sluis.wire import asgi, clock, credentials, problems, signatures

MEMBER = world.PARTIES[2]
URL = "http://edge.test/v1/bevragingen"


def key_record(hub: HubStub) -> KeyRecord:
    """A key the three holders signed; nobody needs its shares here."""
    coefficients = [reduce(os.urandom(64)) for _ in range(2)]
    committed = sharing.commitments(coefficients)
    shares = tuple(sharing.public_at(committed, i) for i in (1, 2, 3))
    record = KeyRecord(1, world.CIRCLE, 1, 1, 1, 3, 2, committed[0], shares)
    payload = document(record)
    privates = [hub.keyring.private(holder.slug) for holder in world.HOLDERS]
    hub.keys.append(Signed(payload, tuple(documents.signature("keys", payload, private) for private in privates)))
    return record


async def until(happens: Callable[[], bool]) -> None:
    while not happens():  # noqa: ASYNC110
        await asyncio.sleep(0.01)


class Made:
    """A hub in memory, a database, and an edge that was told where they are."""

    def __init__(self, folder: Path, cluster: Cluster, database: psycopg.Connection) -> None:
        (folder / "keys").mkdir()
        self.folder, self.hub, self.database, self.cluster = folder, HubStub(folder / "keys"), database, cluster
        self.record = key_record(self.hub)
        self.sequence = 0
        credentials.write(folder / "database", cluster.url("sluis_edge").encode())

    def open(self) -> service.Edge:
        ring = self.hub.keyring
        config = Config(
            url="http://edge.test",
            web="http://web.test",
            folder=self.folder,
            policy_keys=tuple(key.hex() for key in ring.pinned()),
            key_file=ring.file(f"{world.EDGE.slug}.key"),
            database_file=self.folder / "database",
        )
        return service.Edge.open(config, self.hub.client())

    def publish(self, tag: bytes, *, op: int = 1) -> None:
        body = self.record.id + Entry(Tag(tag), op, 1, 1, 1, 1, 20000, 30000).octets()
        with self.database.transaction():
            self.sequence += 1
            self.database.execute("INSERT INTO plumbing_event VALUES ('entries', %s, %s)", (self.sequence, body))
            self.database.execute(
                "INSERT INTO plumbing_stream VALUES ('entries', %s) ON CONFLICT (name) DO UPDATE SET head = excluded.head",
                (self.sequence,),
            )
            self.database.execute("SELECT pg_notify('sluis_stream', 'entries')")

    def audit(self) -> list[tuple[object, ...]]:
        return self.database.execute("SELECT member, circle, type, prefixes, outcome FROM edge_audit ORDER BY id").fetchall()

    def question(self, *prefixes: int, bits: int = 0) -> bytes:
        return msgspec.json.encode({"bits": bits, "key": self.record.id, "prefixes": list(prefixes) or [0]})

    async def ask(
        self, edge: service.Edge, body: bytes, *, private: Ed25519PrivateKey | None = None, **changes
    ) -> httpx.Response:
        parts = {"created": clock.now(), "nonce": os.urandom(16), **changes}
        signer = private or self.hub.keyring.private(MEMBER.slug)
        headers = signatures.sign(signatures.Request("POST", URL, asgi.JSON, body), signer, **parts)
        transport = httpx.ASGITransport(asgi.application(service.routes(edge)))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post(URL, content=body, headers=headers)

    def run(self, work: Callable[[service.Edge], Awaitable[object]]) -> object:
        async def inside() -> object:
            edge = self.open()
            await edge.pool.open()
            tasks = [asyncio.create_task(edge.directory.follow(edge.hub)), asyncio.create_task(edge.follow_entries())]
            await asyncio.wait_for(edge.current.wait(), 10)
            await asyncio.wait_for(until(lambda: bool(edge.directory.keys)), 10)
            try:
                return await work(edge)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await edge.pool.close()

        return asyncio.run(inside())

    def answer(self, body: bytes, **changes) -> httpx.Response:
        return self.run(lambda edge: self.ask(edge, body, **changes))

    def refused(self, body: bytes, **changes) -> errors.SluisError:
        answer = self.answer(body, **changes)
        assert answer.status_code >= 400
        return problems.from_problem(answer.status_code, answer.content)
