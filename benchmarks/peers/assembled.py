"""A circle in one process, of the real parts: gateway's session and store, three holders' desks with sealed shares and durable
books, the edge's entries behind its gate. What is left out is what a network and PostgreSQL do: the edge's line of the audit.

Policy, log and the making of keys come from `FakeSluis`, and so does the hub that admits what is published.
"""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import httpx
import msgspec

from sluis.client.testing import FakeSluis
from sluis.core import errors
from sluis.core.exchange.encodings import Tag
from sluis.core.exchange.signal import OP_SET, Entry
from sluis.edge import gate, replicas
from sluis.edge.entries import Entries
from sluis.keyholder.desk import Desk
from sluis.keyholder.store import Store
from sluis.keyholder.vault import Kept, Vault
from sluis.wire import asgi, clock, problems, signatures, sse
from sluis.wire.book import PolicyAnswer
from sluis.wire.directory import Directory
from sluis.wire.replay import ReplayWindow

KIND, BUDGET = "device", 10**7


class Circle(FakeSluis):
    """One circle, asked in buckets or followed as a replica (`mode`). `folder` keeps the files of the holders."""

    def __init__(self, folder: Path, mode: str) -> None:
        super().__init__(day_budget=BUDGET, kind=KIND)
        self.sign_policy(serial=2, sections=(msgspec.structs.replace(self.section(), mode=mode),))
        self.entries, self._folder = Entries(), folder
        self._directory = self._told("edge")
        self._desks = {holder.index: self._desk(holder.index) for holder in self.holders()}
        self._nonces = {index: ReplayWindow(folder / f"replay-{index}.sqlite") for index in self._desks}

    def _told(self, name: str) -> Directory:
        """Policy and keys as a service kept them on disk."""
        file = self._folder / f"{name}.json"
        file.write_bytes(msgspec.json.encode(PolicyAnswer(self._sent.head, self._sent.sections, tuple(self._signed_keys))))
        return Directory(file, self.pinned)

    def _desk(self, index: int) -> Desk:
        vault = Vault(self._folder / f"holder-{index}.sealed", secrets.token_bytes(16))
        share = self._shares[self.record.id, self.record.generation][index]
        vault.add([Kept(self.record, index, share.secret, secrets.token_bytes(16))])
        store = Store(self._folder / f"holder-{index}.sqlite")
        return Desk(self._told(f"holder-{index}"), vault, store, self._holders[index - 1].key)

    def spread(self, others: int) -> None:
        """To the edge: what was published, and so many entries of others, which no edge can tell from it."""
        real = self._entries(self.record.id)
        more = [Entry(Tag(secrets.token_bytes(16)), OP_SET, *_rest(real[0])) for _ in range(others)]
        for sequence, entry in enumerate([*real, *more], 1):
            self.entries.apply(sequence, self.record.id + entry.octets())

    def _handle(self, request: httpx.Request) -> httpx.Response:
        try:
            signer = signatures.verify(request.method, str(request.url), request.headers, body=request.content, now=clock.now())
            media = sse.MEDIA_TYPE if request.method == "GET" else asgi.OCTETS
            return httpx.Response(200, headers={"content-type": media}, content=self._answer(request, signer))
        except errors.SluisError as error:
            status, headers, body = problems.to_problem(error)
            return httpx.Response(status, headers=headers, content=body)

    def _answer(self, request: httpx.Request, signer: signatures.Signer) -> bytes:
        host, path = request.url.host, request.url.path
        if host.startswith("holder"):
            return self._evaluated(int(host[6]), request.content, signer)
        if path == "/v1/bevragingen":
            return self._asked(request.content, signer.key)
        if path.startswith("/v1/stromen/"):
            return self._stream(signer.key, int(request.url.params["vanaf"]))
        return b"{}" if path == "/v1/ontvangstbewijzen" else self._route(request, signer.key)

    def _evaluated(self, index: int, body: bytes, signer: signatures.Signer) -> bytes:
        self._nonces[index].use(signer.key, signer.nonce, now=clock.now())
        return self._desks[index].answer(signer.key, body, now=clock.now())

    def _asked(self, body: bytes, key: bytes) -> bytes:
        question = gate.read(body)
        _require(gate.judge(self._directory, key, question, now=clock.now()))
        return gate.answer(self.entries, question)

    def _stream(self, key: bytes, cursor: int) -> bytes:
        """What the stream of the key says to who has it up to `cursor`, until the end is reached."""
        _require(gate.judge_replica(self._directory, key, self.record.id, now=clock.now()))
        return asyncio.run(self._until_reached(cursor))

    async def _until_reached(self, cursor: int) -> bytes:
        told = bytearray()
        follow = replicas.Replicas(self.entries, self._edge.key).follow(self.record.id, cursor, closing=sse.Closing())
        async for event in follow:
            told += event
            if event.startswith(b"event: reached"):
                break
        await follow.aclose()
        return bytes(told)


def _require(passage: gate.Passage) -> None:
    if passage.refusal is not None:
        raise passage.refusal


def _rest(entry: Entry) -> tuple[int, ...]:
    return entry.n, entry.grade, entry.advice, entry.form, entry.seen, entry.expires
