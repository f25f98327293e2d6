"""Starlette glue that key holder, edge and gateway share: bodies with a limit, errors as problems, a server that stops clean.

Below `/v1/` every answer names the version of the API, and an address or a method that no call takes is a problem document too.

Only these services import this module: Starlette and uvicorn are not in the base installation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from sluis.core import errors
from sluis.wire import clock, logs, openapi, problems, signatures, trace

JSON: Final = openapi.JSON
OCTETS: Final = "application/octet-stream"
Handler = Callable[[Request], Awaitable[Response]]
_VERSION: Final = (openapi.VERSION_HEADER.lower().encode(), openapi.VERSION.encode())
_TRACE: Final = trace.HEADER.encode()
Routes = Mapping[str, tuple[str, Handler]]


def application(answers: Routes, *, routes: Sequence[BaseRoute] = (), lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """An application that answers `{path: (method, handler)}` and `routes`; an exception becomes a problem document."""
    table = [Route(path, handler, methods=[method]) for path, (method, handler) in answers.items()]
    handlers: dict[Any, Any] = {errors.SluisError: _refuse, HTTPException: _unanswered, Exception: _fail}
    around = [Middleware(_Versioned), Middleware(_Traced)]
    return Starlette(routes=[*table, *routes], lifespan=lifespan, exception_handlers=handlers, middleware=around)


class _Versioned:
    """Names the version of the API on each answer below `/v1/`, also on a stream."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], _VERSION]
            await send(message)

        is_call = scope["type"] == "http" and scope["path"].startswith(openapi.ROOT)
        await self.app(scope, receive, told if is_call else send)


class _Traced:
    """Makes each request a step of the trace it names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        named = next((value.decode("latin-1") for name, value in headers if name == _TRACE), None)
        with trace.following(named):
            await self.app(scope, receive, send)


async def signed_body(request: Request, *, base_url: str, limit: int) -> tuple[signatures.Signer, bytes]:
    """Who signed the request, and its body of at most `limit` octets.

    `base_url` is the address callers were given: a proxy may not change what was signed. Raises Malformed `te-groot` and
    what `signatures.verify` raises.
    """
    body = await _read(request, limit)
    target = base_url.rstrip("/") + request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return signatures.verify(request.method, target, request.headers, body=body, now=clock.now()), body


def json(content: bytes, *, status: int = 200) -> Response:
    """A JSON answer that no cache keeps."""
    return Response(content, status, {"cache-control": "no-store"}, JSON)


def serve(app: Starlette, *, host: str, port: int) -> None:
    """Runs `app` in this process until SIGTERM or SIGINT; open requests get ten seconds to end."""
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=10)


async def _read(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise errors.Malformed("The body is larger than this call takes.", code="te-groot", limit=limit)
    return bytes(body)


async def _refuse(_request: Request, error: Exception) -> Response:
    status, headers, body = problems.to_problem(error)
    if isinstance(error, errors.SluisError):
        logs.logger().info("refused", code=error.reason, status=status)
    return Response(body, status, headers)


async def _unanswered(request: Request, error: HTTPException) -> Response:
    """No such address, or not with this method. A page for people keeps the framework's own few words."""
    if error.status_code not in {404, 405} or not request.url.path.startswith(openapi.ROOT):
        return PlainTextResponse(error.detail, error.status_code, error.headers)
    status, headers, body = problems.unanswered(error.status_code, allowed=(error.headers or {}).get("Allow", ""))
    return Response(body, status, headers)


async def _fail(_request: Request, error: Exception) -> Response:
    # The framework answers this one outside all middleware.
    logs.logger().error("failed", kind=type(error).__name__)
    status, headers, body = problems.to_problem(error)
    return Response(body, status, {**headers, openapi.VERSION_HEADER: openapi.VERSION})
