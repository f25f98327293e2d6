"""The live page as a service: on loopback, started by the supervisor, and at rest while nobody reads it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sluis import __version__
from sluis.demo.layout import HOST, Layout
from sluis.demo.live.looking import Looker
from sluis.demo.live.tours import Tours
from sluis.demo.live.views import Views
from sluis.wire import asgi, logs, openapi, sse

SERVICE: Final = "live"


def serve(folder: Path, *, follow: bool = False) -> None:
    """Serves the live page of the demo in `folder` until SIGTERM. `follow` follows a first signal by itself."""
    logs.configure(SERVICE)
    layout = Layout.of(folder, first_port=None)
    asgi.serve(application(layout, follow=follow), host=HOST, port=layout.ports[SERVICE])


def application(layout: Layout, *, follow: bool = False) -> Starlette:
    """The ASGI application of a demo's live page."""
    closing = sse.Closing()
    looker, tours = Looker(layout), Tours(layout)
    views = Views(looker, tours, closing)

    def prepare() -> None:
        views.prepare()
        if follow:
            tours.follow_first()

    async def stand(_request: Request) -> Response:
        return asgi.json(msgspec.json.encode(await looker.picture()))

    async def health(_request: Request) -> Response:
        return asgi.json(msgspec.json.encode(openapi.Health(SERVICE, "ok", __version__)))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=prepare, daemon=True).start()
        with closing.on_signals():
            yield
        looker.close()
        tours.close()

    answers = {"/v1/stand": ("GET", stand), "/v1/health": ("GET", health)}
    return asgi.application(answers, routes=[*views.routes(), Route("/stroom", views.stream)], lifespan=lifespan)
