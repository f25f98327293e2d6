"""All pages of a desk put together: who is signed in, forms of our own only, errors as pages, and a way for each."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from sluis.client.gateway.member import Member
from sluis.client.gateway.pages import (
    alerts,
    check,
    circles,
    dossier,
    log,
    person,
    persons,
    requests,
    rulings,
    share,
    signals,
    signin,
    told,
    watch,
)
from sluis.client.gateway.pages.signin import Doorway
from sluis.client.gateway.pages.visits import PAGES, Visit, Way
from sluis.core import errors
from sluis.wire import logs, openapi, pages, problems
from sluis.wire.pages import Form

UPLOAD: Final = 8 * 1024 * 1024
WAYS: Final = tuple(
    way
    for room in (alerts, check, dossier, watch, share, signals, requests, persons, person, rulings, log, circles)
    for way in room.WAYS
)
Endpoint = Callable[[Request], Awaitable[Response]]


class Site:
    """The desk of one member, or of several that stand beside each other. `closing` ends its streams with the server."""

    def __init__(self, members: Sequence[Member], *, secure: bool = False) -> None:
        self.door = Doorway([one for one in members if one.desk_code], secure)

    def routes(self) -> Sequence[BaseRoute]:
        """Everything but the API; none when no member has a desk code."""
        if not self.door.members:
            return ()
        own = (Route(way.path, self._endpoint(way), methods=[way.method]) for way in WAYS)
        return (
            Route("/", _home),
            Route(signin.WHEN_OVER, self._open_door, methods=["GET", "POST"]),
            Route("/uitloggen", self._close_door, methods=["POST"]),
            *own,
            *PAGES.routes(),
            _Elsewhere("/{path:path}", _nowhere, methods=["GET", "POST"]),
        )

    async def _open_door(self, request: Request) -> Response:
        if request.method != "POST":
            return await _in_thread(self.door.show, request)
        try:
            form = await pages.read_form(request)
        except errors.SluisError as error:
            return _bare(request, error)
        return await _in_thread(self.door.sign_in, request, form)

    async def _close_door(self, request: Request) -> Response:
        try:
            pages.require_same_origin(request)
        except errors.SluisError as error:
            return _bare(request, error)
        return await _in_thread(self.door.sign_out, request)

    def _endpoint(self, way: Way) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                form = await pages.read_form(request, limit=UPLOAD) if way.method == "POST" else Form()
            except errors.SluisError as error:
                return _bare(request, error)
            return await _in_thread(self._answer, request, form, way)

        return endpoint

    def _answer(self, request: Request, form: Form, way: Way) -> Response:
        found = self.door.visitor(request)
        if found is None:
            back = f"?next={request.url.path}" if way.method == "GET" else ""
            return pages.see_other(signin.WHEN_OVER + back)
        visit = Visit(request, *found, form)
        try:
            return way.answer(visit)
        except errors.SluisError as error:
            return refused(visit, error)
        except Exception as error:  # noqa: BLE001 - an analyst gets a page, whatever it is
            logs.logger().error("failed", kind=type(error).__name__)
            return refused(visit, errors.SluisError("Something went wrong."))


class _Elsewhere(Route):
    """Any address but those of the API, which says itself what it does not take."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and scope["path"].startswith(openapi.ROOT):
            return Match.NONE, {}
        return super().matches(scope)


async def _nowhere(request: Request) -> Response:
    return _bare(request, errors.NotFound("There is no such page.", code="pagina-onbekend"))


async def _home(_request: Request) -> Response:
    return pages.see_other("/attenderingen")


async def _in_thread(work: Callable[..., Response], *given: object) -> Response:
    return await anyio.to_thread.run_sync(functools.partial(work, *given))


def _bare(request: Request, error: errors.SluisError) -> Response:
    """An error for who is not, or not yet, known."""
    status = problems.STATUS.get(problems.kind_of(error), 500)
    return PAGES.render(request, "bare-error.html", status=status, text=told.CODES.get(error.reason, told.CODES["fout"]))


def refused(visit: Visit, error: errors.SluisError) -> Response:
    """An error as a page of the desk."""
    logs.logger().info("refused", code=error.reason)
    status = problems.STATUS.get(problems.kind_of(error), 500)
    faults = [(one.where, told.fault(visit, one)) for one in error.faults]
    return visit.render("error.html", at="", status=status, told=told.error(visit, error), faults=faults)
