"""The gateway's local API: share, check, disclose, watch, alerts. Loopback, bearer token, nothing stored in clear."""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import anyio
import anyio.to_thread
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sluis.client.gateway import desk
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import alerts
from sluis.client.gateway.pages.site import Site
from sluis.client.gateway.upkeep import Upkeep
from sluis.client.gateway.webhook import Webhook
from sluis.client.session import Session
from sluis.core import errors
from sluis.wire import asgi, sse

LIMIT: Final = 4 * 1024 * 1024
ALARM_TICK: Final = 0.1
Body = TypeVar("Body", bound=msgspec.Struct)
Answerer = Callable[[Session, Body], msgspec.Struct]


@dataclass(frozen=True, slots=True)
class Desk:
    """The pages for analysts: the code they sign in with (empty: no pages); `secure` when a TLS proxy stands before them."""

    code: bytes = b""
    secure: bool = False


def application(session: Session, *, token: bytes, webhook: Webhook | None = None, pages: Desk = Desk()) -> Starlette:
    """The ASGI application. Every call but `/v1/health` carries `Authorization: Bearer <token>`."""
    gate = _Gate(Member(session, token, Upkeep(session, webhook), pages.code))
    site = Site([gate.member], secure=pages.secure)
    routes = {
        "/v1/signalen": ("POST", gate.call(desk.ShareBody, desk.share)),
        "/v1/bevragingen": ("POST", gate.call(desk.CheckBody, desk.check)),
        "/v1/verstrekkingen": ("POST", gate.call(desk.DiscloseBody, desk.disclose)),
        "/v1/bewakingen": ("POST", gate.call(desk.WatchBody, desk.watch)),
        "/v1/terugkoppelingen": ("POST", gate.call(desk.FeedbackBody, desk.feedback)),
        "/v1/alarmen": ("GET", gate.alarms),
        "/v1/health": ("GET", gate.health),
    }
    return asgi.application(routes, routes=[*gate.stream_of(site), *site.routes()], lifespan=gate.lifespan)


class _Gate:
    def __init__(self, member: Member) -> None:
        self.member, self.session = member, member.session
        self.closing = sse.Closing()

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
        if not secrets.compare_digest(given, self.member.token):
            raise errors.NotAllowed("Give the gateway's token as a bearer token.", code="geen-toegang")

    async def alarms(self, request: Request) -> Response:
        """`GET /v1/alarmen?vanaf=`: alerts behind a number, then each as it comes."""
        self._authorise(request)
        text = request.query_params.get("vanaf", "0")
        if not (text.isascii() and text.isdigit()):
            raise errors.Malformed("vanaf is the number of the last alert you saw, 0 for all.", code="cursor")
        return sse.answer(self._alarms(int(text)))

    async def _alarms(self, after: int) -> AsyncGenerator[bytes]:
        silent = 0.0
        while not self.closing.is_set():
            found = await anyio.to_thread.run_sync(functools.partial(self.session.store.casebook.alerts, after=after))
            for alert in found:
                yield sse.event("alarm", msgspec.json.encode(desk.alarm(alert)).decode(), place=alert.number)
                after = alert.number
            silent = 0.0 if found else silent + ALARM_TICK
            if silent >= sse.BEAT:
                silent = 0.0
                yield sse.HEARTBEAT
            await anyio.sleep(ALARM_TICK)

    def stream_of(self, site: Site) -> Sequence[BaseRoute]:
        """`GET /stroom` for a desk's own page: how many dossiers wait, for as long as its reader is signed in."""

        async def stream(request: Request) -> Response:
            found = await anyio.to_thread.run_sync(site.door.visitor, request)
            if found is None:
                raise errors.NotAllowed("Sign in first.", code="geen-toegang")

            def is_open() -> bool:
                return not self.closing.is_set() and site.door.visitor(request) is not None

            return sse.answer(alerts.stream(found[0], is_open))

        return (Route("/stroom", stream),) if site.door.members else ()

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Follows, delivers and tidies for as long as the gateway runs."""
        self.member.upkeep.start()
        with self.closing.on_signals():
            yield
        self.member.upkeep.stop()


def _read(body: bytes, kind: type[Body]) -> Body:
    if len(body) > LIMIT:
        raise errors.Malformed("The body is larger than this call takes.", code="te-groot", limit=LIMIT)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The body does not read: {error}", code="onjuiste-invoer") from None
