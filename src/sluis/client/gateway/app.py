"""The gateway's local API: share, check, disclose, watch, alerts. Loopback, bearer token, nothing stored in clear."""

from __future__ import annotations

import contextlib
import functools
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

import anyio
import anyio.to_thread
import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sluis.client.gateway import desk, openapi
from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import alerts
from sluis.client.gateway.pages.site import Site
from sluis.core import errors
from sluis.wire import asgi, sse

LIMIT: Final = 4 * 1024 * 1024
ALARM_TICK: Final = 0.1


def application(*members: Member, secure: bool = False) -> Starlette:
    """The ASGI application of one member, or of several that share a gateway and nothing else.

    Every call but `/v1/health` and `/v1/openapi.json` carries a member's token as `Authorization: Bearer <token>`. `secure`
    when a TLS proxy stands before it.
    """
    gate, site = _Gate(members), Site(members, secure=secure)
    answers = {
        **{path: ("POST", gate.call(call)) for path, call in openapi.CALLS.items()},
        "/v1/alarmen": ("GET", gate.alarms),
        "/v1/health": ("GET", gate.health),
        "/v1/openapi.json": ("GET", _describe),
    }
    return asgi.application(answers, routes=[*gate.stream_of(site), *site.routes()], lifespan=gate.lifespan)


async def _describe(_request: Request) -> Response:
    """Open to all, also to a page of another site: what can be called, and how."""
    return Response(openapi.document(), headers={"access-control-allow-origin": "*"}, media_type=asgi.JSON)


class _Gate:
    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members
        self.closing = sse.Closing()

    def call(self, call: openapi.Call) -> Callable[[Request], Awaitable[Response]]:
        """A handler that reads the body, answers in a worker thread (cryptography waits for nobody's event loop)."""

        async def handler(request: Request) -> Response:
            session = self._authorised(request).session
            body = _read(await request.body(), call.body)
            found = await anyio.to_thread.run_sync(call.work, session, body)
            return asgi.json(msgspec.json.encode(found))

        return handler

    async def health(self, _request: Request) -> Response:
        """Open: whether the gateway has a policy snapshot in force."""
        return asgi.json(msgspec.json.encode(await anyio.to_thread.run_sync(desk.health, self.members[0].session)))

    def _authorised(self, request: Request) -> Member:
        """The member whose token this is; every token is compared, in a time that says nothing."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        found = [one for one in self.members if secrets.compare_digest(given, one.token)]
        if not found:
            raise errors.NotAllowed("Give the gateway's token as a bearer token.", code="geen-toegang")
        return found[0]

    async def alarms(self, request: Request) -> Response:
        """`GET /v1/alarmen?vanaf=`: alerts behind a number, then each as it comes."""
        member, text = self._authorised(request), request.query_params.get("vanaf", "0")
        if not (text.isascii() and text.isdigit()):
            raise errors.Malformed("vanaf is the number of the last alert you saw, 0 for all.", code="cursor")
        return sse.answer(self._alarms(member, int(text)))

    async def _alarms(self, member: Member, after: int) -> AsyncGenerator[bytes]:
        silent = 0.0
        while not self.closing.is_set():
            found = await anyio.to_thread.run_sync(functools.partial(member.session.store.casebook.alerts, after=after))
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
        for member in self.members:
            member.upkeep.start()
        with self.closing.on_signals():
            yield
        for member in self.members:
            member.upkeep.stop()


def _read(body: bytes, kind: type[msgspec.Struct]) -> msgspec.Struct:
    if len(body) > LIMIT:
        raise errors.Malformed("The body is larger than this call takes.", code="te-groot", limit=LIMIT)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The body does not read: {error}", code="onjuiste-invoer") from None
