"""Starlette glue that key holder, edge and gateway share: bodies with a limit, errors as problems, a server that stops clean.

Only these services import this module: Starlette and uvicorn are not in the base installation.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Lifespan

from sluis.core import errors
from sluis.wire import clock, logs, problems, signatures

JSON: Final = "application/json"
OCTETS: Final = "application/octet-stream"
Handler = Callable[[Request], Awaitable[Response]]
Routes = Mapping[str, tuple[str, Handler]]


def application(answers: Routes, *, routes: Sequence[BaseRoute] = (), lifespan: Lifespan[Starlette] | None = None) -> Starlette:
    """An application that answers `{path: (method, handler)}` and `routes`; an exception becomes a problem document."""
    table = [Route(path, handler, methods=[method]) for path, (method, handler) in answers.items()]
    return Starlette(
        routes=[*table, *routes], lifespan=lifespan, exception_handlers={errors.SluisError: _refuse, Exception: _fail}
    )


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


async def _fail(_request: Request, error: Exception) -> Response:
    logs.logger().error("failed", kind=type(error).__name__)
    status, headers, body = problems.to_problem(error)
    return Response(body, status, headers)
