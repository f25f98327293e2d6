"""A hub in memory for the tests of holders and edge: policy, mailbox of ceremonies, log lines. Checks nothing."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from sluis.client.testing import logged
from sluis.core.exchange import ceremony, documents, policy
from sluis.core.exchange.bodies import Cosigned, LeafGiven, LinesKept, LogCandidate, LogLine, OwnEvent, OwnEvents
from sluis.core.exchange.documents import Signature, Signed
from sluis.core.exchange.encodings import document, sha256
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.core.exchange.log import inclusion
from sluis.core.exchange.log.memory import MemoryLog
from sluis.core.exchange.policy import SignedSnapshot
from sluis.demo import world
from sluis.demo.authority import LOG_KEY, Addresses, Authority, Keyring
from sluis.wire import asgi, clock
from sluis.wire.book import Closing

HOLDER_URLS = {party.slug: f"http://{party.slug}.test" for party in world.HOLDERS}


class HubStub:
    """The hub's side of protocol.md, as little as the tests need."""

    def __init__(self, folder: Path) -> None:
        self.keyring = Keyring(folder)
        self.keyring.ensure()
        self.authority = Authority(folder, self.keyring, Addresses("http://web.test", "http://edge.test", HOLDER_URLS))
        self.log = MemoryLog(world.LOG_ORIGIN, self.keyring.private(LOG_KEY))
        self.snapshot = self.sign()
        self.keys: list[Signed] = []
        self.closings: list[Closing] = []
        self.revocations: list[Signed] = []
        self.ceremonies: dict[bytes, tuple[tuple[Slot, ...], list[Signed]]] = {}
        self.openings: dict[bytes, dict[str, object]] = {}
        self.attestations: list[Signed] = []
        self.lines: list[dict[str, object]] = []
        self.cosigned: list[Cosigned] = []
        self.events: list[OwnEvent] = []
        self.leaves: dict[str, LeafGiven] = {}
        self.waiting: Signed | None = None
        self.honest = True
        self.up = True

    def sign(self) -> SignedSnapshot:
        """A snapshot in force: logged, and cosigned by all holders."""
        sent = msgspec.json.decode(self.authority.sign(clock.now()), type=SignedSnapshot)
        holders = documents.read(sent.head.payload, policy.Head).holders
        parties = zip(holders, world.HOLDERS, strict=True)
        return logged(sent, self.log, [(one.witness, self.keyring.private(party.slug)) for one, party in parties])

    def open_ceremony(self, *slots: Slot) -> bytes:
        identity = os.urandom(16)
        self.ceremonies[identity] = (slots or (Slot(world.CIRCLE, 1, 1, 1),), [])
        self.openings[identity] = {"opened": clock.now()}
        return identity

    def open_renewal(self, kind: str, *, renews: Signed, **more: object) -> bytes:
        """A refresh or reshare of the key whose record is `renews`."""
        record = msgspec.json.decode(renews.payload, type=KeyRecord)
        identity = self.open_ceremony(record.slot.next())
        self.openings[identity] |= {"kind": kind, "renews": [renews], **more}
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
            "/v1/log/kandidaat": ("GET", self._candidate),
            "/v1/log/medeondertekeningen": ("POST", self._cosignature),
            "/v1/log/gebeurtenissen": ("GET", self._events),
            "/log/{path:path}": ("GET", self._tile),
            "/v1/sleutelhouders/wissingen": ("POST", self._attestation),
        }
        return asgi.application(routes)

    async def _health(self, _request: Request) -> Response:
        return asgi.json(b"{}")

    async def _policy(self, _request: Request) -> Response:
        if not self.up:
            return Response(status_code=503)
        kept = {"keys": self.keys, "revocations": self.revocations, "closings": self.closings}
        told = {**kept, **msgspec.structs.asdict(self.snapshot)}
        return asgi.json(msgspec.json.encode(told))

    async def _mailbox(self, _request: Request) -> Response:
        opened = [
            {"id": i, "slots": slots, "messages": sent, **self.openings[i]} for i, (slots, sent) in self.ceremonies.items()
        ]
        return asgi.json(msgspec.json.encode({"ceremonies": opened}))

    async def _message(self, request: Request) -> Response:
        signed = msgspec.json.decode(await request.body(), type=Signed)
        self.ceremonies[bytes.fromhex(request.path_params["id"])][1].append(signed)
        return asgi.json(b'{"state":"open"}')

    async def _attestation(self, request: Request) -> Response:
        if not self.up:
            return Response(status_code=503)
        self.attestations.append(msgspec.json.decode(await request.body(), type=Signed))
        return asgi.json(b"{}")

    async def _lines(self, request: Request) -> Response:
        if not self.up:
            return Response(status_code=503)
        lines = msgspec.json.decode(await request.body())["lines"]
        self.lines += lines
        return asgi.json(msgspec.json.encode(LinesKept(leaves=tuple(map(self._leaf, lines)), stored=len(lines))))

    def _leaf(self, line: dict[str, object]) -> LeafGiven:
        reference = sha256(document(msgspec.convert(line, LogLine))).hex()
        if reference not in self.leaves:
            leaf = LeafGiven(event=document({"activity": "houderregel", "reference": reference}), salt=os.urandom(16))
            self.leaves[reference] = leaf
            if self.honest:
                place = self.log.append(inclusion.entry(leaf.salt, leaf.event))
                self.events.append(OwnEvent(event=leaf.event, salt=leaf.salt, place=place))
        return self.leaves[reference]

    async def _candidate(self, _request: Request) -> Response:
        return asgi.json(msgspec.json.encode(LogCandidate(checkpoint=self.log.checkpoint(), head=self.waiting)))

    async def _cosignature(self, request: Request) -> Response:
        self.cosigned.append(msgspec.json.decode(await request.body(), type=Cosigned))
        return asgi.json(b"{}")

    async def _events(self, request: Request) -> Response:
        start = int(request.query_params["vanaf"])
        found = tuple(event for event in self.events if event.place >= start)
        return asgi.json(msgspec.json.encode(OwnEvents(events=found, next=None)))

    async def _tile(self, request: Request) -> Response:
        octets = self.log.serve(request.path_params["path"])
        return Response(octets, 404 if octets is None else 200)
