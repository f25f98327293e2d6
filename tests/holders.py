"""Three key holders with a hub in memory, asked over HTTP as a member asks."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hub_stub import HOLDER_URLS, HubStub

from sluis.core import errors
from sluis.core.exchange import asking, documents, openings, oprf, wire
from sluis.core.exchange.keys import KeyRecord, Slot
from sluis.core.exchange.words import Use
from sluis.demo import world
from sluis.keyholder import service
from sluis.keyholder.config import Config
from sluis.wire import asgi, clock, problems, signatures

MEMBER = world.PARTIES[0]


class World:
    """A hub, three holders, and members who ask."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "keys").mkdir()
        self.hub = HubStub(folder / "keys")
        self.holders = [self.open(party) for party in world.HOLDERS]

    def config(self, party: world.Party, **changes: object) -> Config:
        ring, slug = self.hub.keyring, party.slug
        folder = self.folder / slug
        folder.mkdir(exist_ok=True)
        plain = Config(
            url=HOLDER_URLS[slug],
            web="http://web.test",
            folder=folder,
            policy_keys=tuple(key.hex() for key in ring.pinned()),
            key_file=ring.file(f"{slug}.key"),
            seal_file=ring.file(f"{slug}.seal"),
            passphrase_file=ring.file(f"{slug}.passphrase"),
        )
        return msgspec.structs.replace(plain, **changes)

    def open(self, party: world.Party, **changes: object) -> service.Holder:
        return service.Holder.open(self.config(party, **changes), self.hub.client())

    async def refresh(self) -> None:
        for holder in self.holders:
            await holder.directory.try_refresh(holder.hub)

    async def ceremony(self, *slots: Slot) -> bytes:
        identity = self.hub.open_ceremony(*slots)
        for _ in range(4):
            for holder in self.holders:
                await holder.take_part()
        return identity

    async def ready(self) -> None:
        await self.refresh()
        assert self.hub.close_when_done(await self.ceremony())
        await self.refresh()

    def record(self) -> KeyRecord:
        (accepted,) = self.holders[0].directory.keys.values()
        return accepted.record

    def request(self, m: int = 1, *, use: Use = Use.CHECK, batch: bytes | None = None) -> wire.EvaluateRequest:
        blinded = [oprf.hash_to_group(os.urandom(8)) for _ in range(m)]
        return wire.EvaluateRequest(self.record().id, use, batch or os.urandom(16), os.urandom(32), blinded)


async def ask(holder: service.Holder, body: bytes, private: Ed25519PrivateKey, **changes: object) -> httpx.Response:
    url = f"{holder.config.url}/v1/evaluate"
    parts = {"created": clock.now(), "nonce": os.urandom(16), **changes}
    headers = signatures.sign(signatures.Request("POST", url, asgi.OCTETS, body), private, **parts)
    transport = httpx.ASGITransport(asgi.application(service.routes(holder)))
    async with httpx.AsyncClient(transport=transport) as client:
        return await client.post(url, content=body, headers=headers)


async def refused(holder: service.Holder, body: bytes, private: Ed25519PrivateKey, **changes: object) -> errors.SluisError:
    answer = await ask(holder, body, private, **changes)
    assert answer.status_code >= 400
    return problems.from_problem(answer.status_code, answer.content)


def key_of(made: World, party: world.Party = MEMBER) -> Ed25519PrivateKey:
    return made.hub.keyring.private(party.slug)


def policy(made: World) -> None:
    """A snapshot of now, with every holder."""
    made.hub.snapshot = made.hub.sign()
    asyncio.run(made.refresh())


def order(made: World, index: int = 1) -> documents.Signed:
    private = made.hub.keyring.private(world.HOLDERS[index - 1].slug)
    return documents.sign(openings.ORDER_LABEL, openings.RefreshOrder(index, clock.now()), [private])


def run(made: World, identity: bytes, *, but: tuple[int, ...] = (), rounds: int = 4) -> bytes:
    """The holders look in their mailbox so many times."""

    async def looking() -> None:
        for _ in range(rounds):
            for place, holder in enumerate(made.holders, 1):
                if place not in but:
                    await holder.take_part()

    asyncio.run(looking())
    return identity


def newest(made: World) -> documents.Signed:
    return next(iter(made.holders[0].directory.keys.values())).signed


def refresh(made: World, **more: object) -> None:
    identity = run(made, made.hub.open_renewal("refresh", renews=newest(made), **more))
    assert made.hub.close_when_done(identity)
    asyncio.run(made.refresh())


def generations(holder: service.Holder) -> list[int]:
    return sorted(one.record.generation for one in holder.desk.vault.kept())


def erase(made: World) -> None:
    for holder in made.holders:
        asyncio.run(holder.erase())


def output(made: World, indices: tuple[int, ...]) -> bytes:
    """y of one question as these holders answer it over HTTP, every proof checked."""
    record = made.record()
    asked = asking.ask([asking.Question(b"one", "p", "r")], asking.Plan(record.id, Use.CHECK, os.urandom(16), os.urandom(32)))
    heads = made.holders[0].directory.snapshot(clock.now()).head.holders
    answers = []
    for i in indices:
        octets = asyncio.run(ask(made.holders[i - 1], asked.request.octets(), key_of(made))).content
        answers.append(asking.check_answer(octets, asked, asking.Witness(record, heads[i - 1], world.PARTIES[0].id)))
    (found,) = asking.outputs(asked, asking.one_generation(answers, 2))
    return found
