"""The gateway's local API: share, check, disclose. Loopback, bearer token, nothing stored in clear."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar

import anyio
import anyio.to_thread
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from sluis.client import publish as publishing
from sluis.client.gateway import desk
from sluis.client.session import Session
from sluis.core import errors
from sluis.wire import asgi, logs

LIMIT: Final = 4 * 1024 * 1024
REFRESH: Final = 60
Body = TypeVar("Body", bound=msgspec.Struct)
Answerer = Callable[[Session, Body], msgspec.Struct]


def application(session: Session, *, token: bytes) -> Starlette:
    """The ASGI application. Every call but `/v1/health` carries `Authorization: Bearer <token>`."""
    gate = _Gate(session, token)
    routes = {
        "/v1/signalen": ("POST", gate.call(desk.ShareBody, desk.share)),
        "/v1/bevragingen": ("POST", gate.call(desk.CheckBody, desk.check)),
        "/v1/verstrekkingen": ("POST", gate.call(desk.DiscloseBody, desk.disclose)),
        "/v1/health": ("GET", gate.health),
    }
    return asgi.application(routes, lifespan=gate.lifespan)


class _Gate:
    def __init__(self, session: Session, token: bytes) -> None:
        self.session, self.token = session, token

    def call(self, kind: type[Body], answer: Answerer[Body]) -> Callable[[Request], Awaitable[Response]]:
        """A handler that reads `kind`, answers in a worker thread (cryptography waits for nobody's event loop)."""

        async def handler(request: Request) -> Response:
            self._authorise(request)
            body = _read(await request.body(), kind)
            found = await anyio.to_thread.run_sync(answer, self.session, body)
            return asgi.json(msgspec.json.encode(found))

        return handler

    async def health(self, _request: Request) -> Response:
        """Open: whether the gateway has a policy snapshot in force."""
        return asgi.json(msgspec.json.encode(await anyio.to_thread.run_sync(desk.health, self.session)))

    def _authorise(self, request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not secrets.compare_digest(given, self.token):
            raise errors.NotAllowed("Give the gateway's token as a bearer token.", code="geen-toegang")

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Keeps the policy fresh and sends what an earlier crash left, for as long as the gateway runs."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._keep_up)
            yield
            group.cancel_scope.cancel()

    async def _keep_up(self) -> None:
        while True:
            try:
                await anyio.to_thread.run_sync(self._refresh)
            except errors.SluisError as error:
                logs.logger().warning("refresh", code=error.reason)
            await anyio.sleep(REFRESH)

    def _refresh(self) -> None:
        self.session.directory.snapshot()
        publishing.resume(self.session)


def _read(body: bytes, kind: type[Body]) -> Body:
    if len(body) > LIMIT:
        raise errors.Malformed("The body is larger than this call takes.", code="te-groot", limit=LIMIT)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The body does not read: {error}", code="onjuiste-invoer") from None
