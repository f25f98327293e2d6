"""The key holder as a running service: its routes, and the three loops beside them (policy, ceremonies, log lines)."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from typing import Final

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Lifespan

from sluis.core import errors
from sluis.core.exchange import documents, wire
from sluis.core.exchange.openings import Known, Mailbox
from sluis.keyholder import pace as pacing
from sluis.keyholder.ceremonies import Clerk
from sluis.keyholder.config import Config
from sluis.keyholder.desk import Desk
from sluis.keyholder.erasing import Eraser
from sluis.keyholder.observed import Observed
from sluis.keyholder.pace import Pace
from sluis.keyholder.store import Store
from sluis.keyholder.vault import Vault
from sluis.keyholder.witness import Witness
from sluis.wire import asgi, clock, credentials, directory, logs
from sluis.wire.calls import Caller
from sluis.wire.replay import ReplayWindow

VERSION: Final = metadata.version("sluis")
LINES: Final = 500


@dataclass(slots=True)
class Holder:
    """Everything a running holder has. `vault` is None when the passphrase was not there: then it stays closed."""

    config: Config
    directory: directory.Directory
    store: Store
    replay: ReplayWindow
    hub: Caller
    desk: Desk | None
    clerk: Clerk | None
    pool: ThreadPoolExecutor
    witness: Witness
    pace: Pace

    @classmethod
    def open(cls, config: Config, http: httpx.AsyncClient) -> Holder:
        """Opens the holder's files. Raises Unavailable when its own signing key is missing."""
        folder, private = config.folder, credentials.signing_key(config.key_file)
        kept, store = directory.Directory(folder / "policy.json", config.pinned), Store(folder / "holder.sqlite")
        replay, hub = ReplayWindow(folder / "replay.sqlite"), Caller(http, private, config.web.rstrip("/"))
        pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="evaluate")
        pace = Pace()
        witness = Witness(kept, Observed(folder / "witness.sqlite"), hub, config.pinned, pace)
        vault = _vault(config)
        if vault is None:
            return cls(config, kept, store, replay, hub, None, None, pool, witness, pace)
        clerk = Clerk(private, seal_key(config), vault)
        return cls(config, kept, store, replay, hub, Desk(kept, vault, store, private), clerk, pool, witness, pace)

    def status(self) -> str:
        """`ok`, `waiting` (no policy or no keys yet) or `closed` (no passphrase)."""
        if self.desk is None:
            return "closed"
        return "ok" if self.directory.is_in_force(clock.now()) else "waiting"

    async def evaluate(self, request: Request) -> Response:
        """`POST /v1/evaluate`."""
        signer, body = await asgi.signed_body(request, base_url=self.config.url, limit=wire.MAX_REQUEST_OCTETS)
        desk = self.desk
        if desk is None:
            raise errors.Unavailable("This holder was started without its passphrase.", code="gesloten")

        def work() -> bytes:
            desk.require_known(signer.key, now=clock.now())
            self.replay.use(signer.key, signer.nonce, now=clock.now())
            return desk.answer(signer.key, body, now=clock.now())

        try:
            run = contextvars.copy_context().run
            answer = await asyncio.get_running_loop().run_in_executor(self.pool, run, work)
        except errors.NotFound:
            self.directory.stale.set()
            raise
        return Response(answer, media_type=asgi.OCTETS)

    async def health(self, _request: Request) -> Response:
        """`GET /v1/health`: 503 while closed. `log` is `ok`, or the alarm of this holder as witness of the log."""
        told = {"log": self.witness.status(), "service": "keyholder", "status": self.status(), "version": VERSION}
        return asgi.json(msgspec.json.encode(told), status=503 if self.desk is None else 200)

    async def take_part(self) -> float:
        """One look in the mailbox of ceremonies."""
        if self.clerk is None or not self.directory.serial:
            return self.pace.after(news=True)
        mailbox = msgspec.json.decode(await self.hub.get("/v1/ceremonies"), type=Mailbox)
        for opened in mailbox.ceremonies:
            message = await asyncio.to_thread(self.clerk.step, opened, self._known())
            if message is not None:
                await self.hub.post(f"/v1/ceremonies/{opened.id.hex()}/berichten", msgspec.json.encode(message))
        self.clerk.forget(opened.id for opened in mailbox.ceremonies)
        if self._has_news_to_fetch():
            self.directory.stale.set()
        pause = self.pace.after(news=bool(mailbox.ceremonies))
        return pause / 5 if mailbox.ceremonies else pause

    def _known(self) -> Known:
        now = clock.now()
        return Known(self.directory.snapshot(now), self.directory.records, now)

    def _has_news_to_fetch(self) -> bool:
        """Whether there is a share of a generation whose record is not here yet."""
        newest = {one.record.place: one.record.generation for one in self.directory.keys.values()}
        return any(newest.get(slot.place, 0) < slot.generation for slot in self.clerk.vault.slots()) if self.clerk else False

    async def erase(self) -> float:
        """Erases the shares whose time is over, and tells the hub."""
        if self.desk is None or not self.directory.serial:
            return self.pace.pause
        eraser, known = Eraser(self.hub.private, self.desk.vault, self.store), self._known()
        await asyncio.to_thread(eraser.tidy, known)
        me = known.snapshot.holder_with(documents.public_key(self.hub.private))
        untold = eraser.attestation(me.index) if me else None
        if untold is not None:
            numbers, signed = untold
            await self.hub.post("/v1/sleutelhouders/wissingen", msgspec.json.encode(signed))
            await asyncio.to_thread(self.store.told, numbers)
        return self.pace.pause

    async def send_lines(self) -> float:
        """Sends log lines the hub did not acknowledge yet."""
        lines = await asyncio.to_thread(self.store.unsent, LINES)
        if lines:
            body = msgspec.json.encode({"lines": [msgspec.Raw(line) for _number, line in lines]})
            answer = await self.hub.post("/v1/sleutelhouders/logregels", body)
            await self.witness.acknowledged([line for _number, line in lines], answer)
            await asyncio.to_thread(self.store.acknowledge, [number for number, _line in lines], now=clock.now())
        return 0.0 if len(lines) == LINES else self.pace.after(news=bool(lines))

    async def repeat(self, step: Callable[[], Awaitable[float]]) -> None:
        """Runs `step` for ever; it says how long to pause. What goes wrong is logged, and tried again."""
        while True:
            pause = pacing.QUICK * 2
            try:
                pause = await step()
            except errors.SluisError as error:
                logs.logger().warning("step failed", step=step.__name__, code=error.reason)
            except (msgspec.DecodeError, sqlite3.Error) as error:
                logs.logger().error("step failed", step=step.__name__, kind=type(error).__name__)
            await asyncio.sleep(pause)


def seal_key(config: Config) -> X25519PrivateKey:
    """The key that others seal shares to. Raises Unavailable as `credentials.signing_key`."""
    octets = credentials.secret(config.seal_file)
    try:
        return X25519PrivateKey.from_private_bytes(bytes.fromhex(octets.decode("ascii")))
    except ValueError:
        words = f"The credential file {config.seal_file.name} holds no key in hexadecimal."
        raise errors.Unavailable(words, code="geheim-onleesbaar") from None


def open_vault(config: Config) -> Vault:
    """The shares. Raises Unavailable when the passphrase is missing, open to others or another one."""
    return Vault(config.folder / "shares.sealed", credentials.secret(config.passphrase_file))


def _vault(config: Config) -> Vault | None:
    try:
        return open_vault(config)
    except errors.Unavailable as error:
        logs.logger().error("closed", code=error.reason)
        return None


def application(config: Config) -> Starlette:
    """The holder as an ASGI application; its loops run as long as it does."""
    http = httpx.AsyncClient(timeout=10)
    holder = Holder.open(config, http)
    return asgi.application(routes(holder), lifespan=_loops(holder, http))


def routes(holder: Holder) -> asgi.Routes:
    """What the holder answers."""
    return {"/v1/evaluate": ("POST", holder.evaluate), "/v1/health": ("GET", holder.health)}


def _loops(holder: Holder, http: httpx.AsyncClient) -> Lifespan[Starlette]:

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        witness = holder.witness
        steps = (holder.take_part, holder.send_lines, holder.erase, witness.cosign, witness.find_lines)
        tasks = [asyncio.create_task(holder.repeat(step)) for step in steps]
        tasks.append(asyncio.create_task(holder.directory.follow(holder.hub)))
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await http.aclose()
        holder.pool.shutdown()

    return lifespan
