"""A hub in memory for the tests of holders and edge: policy, mailbox of ceremonies, log lines. Checks nothing."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from sluis.core.exchange import ceremony
from sluis.core.exchange.documents import Signature, Signed
from sluis.core.exchange.keys import Slot
from sluis.core.exchange.policy import SignedSnapshot
from sluis.demo import world
from sluis.demo.authority import Addresses, Authority, Keyring
from sluis.wire import asgi, clock

HOLDER_URLS = {party.slug: f"http://{party.slug}.test" for party in world.HOLDERS}


class HubStub:
    """The hub's side of protocol.md, as little as the tests need."""

    def __init__(self, folder: Path) -> None:
        self.keyring = Keyring(folder)
        self.keyring.ensure()
        self.authority = Authority(folder, self.keyring, Addresses("http://web.test", "http://edge.test", HOLDER_URLS))
        self.snapshot = self.sign()
        self.keys: list[Signed] = []
        self.revocations: list[Signed] = []
        self.ceremonies: dict[bytes, tuple[tuple[Slot, ...], list[Signed]]] = {}
        self.lines: list[dict[str, object]] = []
        self.up = True

    def sign(self) -> SignedSnapshot:
        return msgspec.json.decode(self.authority.sign(clock.now()), type=SignedSnapshot)

    def open_ceremony(self, *slots: Slot) -> bytes:
        identity = os.urandom(16)
        self.ceremonies[identity] = (slots or (Slot(world.CIRCLE, 1, 1, 1),), [])
        return identity

    def close_when_done(self, identity: bytes) -> bool:
        confirms = [ceremony.read(one.payload) for one in self.ceremonies[identity][1]]
        confirms = [one for one in confirms if isinstance(one, ceremony.Confirm)]
        if len(confirms) < 3:
            return False
        for position in range(len(self.ceremonies[identity][0])):
            records = {one.index: one.records[position] for one in confirms}
            signatures = (Signature(self.keyring.public(world.HOLDERS[i - 1].slug), r.signature) for i, r in records.items())
            self.keys.append(Signed(confirms[0].records[position].record, tuple(signatures)))
        del self.ceremonies[identity]
        return True

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.application()))

    def application(self) -> Starlette:
        routes = {
            "/v1/health": ("GET", self._health),
            "/v1/beleid": ("GET", self._policy),
            "/v1/ceremonies": ("GET", self._mailbox),
            "/v1/ceremonies/{id}/berichten": ("POST", self._message),
            "/v1/sleutelhouders/logregels": ("POST", self._lines),
        }
        return asgi.application(routes)

    async def _health(self, _request: Request) -> Response:
        return asgi.json(b"{}")

    async def _policy(self, _request: Request) -> Response:
        if not self.up:
            return Response(status_code=503)
        told = {"keys": self.keys, "revocations": self.revocations, **msgspec.structs.asdict(self.snapshot)}
        return asgi.json(msgspec.json.encode(told))

    async def _mailbox(self, _request: Request) -> Response:
        opened = [{"id": i, "slots": slots, "messages": sent} for i, (slots, sent) in self.ceremonies.items()]
        return asgi.json(msgspec.json.encode({"ceremonies": opened}))

    async def _message(self, request: Request) -> Response:
        signed = msgspec.json.decode(await request.body(), type=Signed)
        self.ceremonies[bytes.fromhex(request.path_params["id"])][1].append(signed)
        return asgi.json(b'{"state":"open"}')

    async def _lines(self, request: Request) -> Response:
        if not self.up:
            return Response(status_code=503)
        lines = msgspec.json.decode(await request.body())["lines"]
        self.lines += lines
        return asgi.json(msgspec.json.encode({"stored": len(lines)}))
