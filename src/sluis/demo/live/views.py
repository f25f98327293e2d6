"""The pages: the map with everything under it, the list of passages and refusals, its CSV, and the stream that says `look`."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sluis.core.law import decision
from sluis.core.taxonomy import forms
from sluis.demo.live import drawing, passages, speeds, wording
from sluis.demo.live.looking import EVERY, Looker
from sluis.demo.live.picture import Picture, Row
from sluis.demo.live.tours import Tours
from sluis.demo.live.wording import Wording
from sluis.wire import pages, sse

FEW: Final = 8
REFRESH: Final = 5
RULER: Final = drawing.ruler(330, 870, top=462)


class Views:
    """Pages of one demo."""

    def __init__(self, looker: Looker, tours: Tours, closing: sse.Closing) -> None:
        self._looker, self._tours, self._closing = looker, tours, closing
        self._pages = pages.Pages("sluis.demo.live", domain="live")

    def prepare(self) -> None:
        """Compiles the templates."""
        self._pages.prepare()

    def routes(self) -> Sequence[BaseRoute]:
        """What is answered to people."""
        own = [
            Route("/", self.show),
            Route("/doorlatingen", self.list_rows),
            Route("/doorlatingen.csv", self.export),
            Route("/volg", self.follow, methods=["POST"]),
        ]
        return [*own, *self._pages.routes()]

    async def show(self, request: Request) -> Response:
        """`/`: everything on one page. `?stil` refreshes nothing."""
        picture, still = await self._looker.picture(), "stil" in request.query_params
        trails = self._tours.trails
        drawn = {"rows": list(passages.gathered(picture.rows))[:FEW], "chart": drawing.chart(picture), "ruler": RULER}
        more = {
            **drawn,
            "trails": trails,
            "problem": self._tours.problem,
            "speeds": speeds.of(trails),
            "still": still,
            "refresh": REFRESH,
        }
        return self._render(request, "live.html", picture, section="now", **more)

    async def list_rows(self, request: Request) -> Response:
        """`/doorlatingen`: the newest two hundred, or with `?alleen=geweigerd` the refusals among them."""
        picture = await self._looker.picture()
        more = {"rows": _chosen(request, picture), "only": _only(request), "section": "rows"}
        return self._render(request, "rows.html", picture, **more)

    async def export(self, request: Request) -> Response:
        """The same list as CSV (RFC 4180) with codes, for a spreadsheet."""
        picture = await self._looker.picture()
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(("time", "outcome", "activity", "party", "type", "amount", "hits", "circle", "ground", "articles"))
        for one in _chosen(request, picture):
            place = (one.party, one.type, one.amount, one.hits, one.circle, one.ground, "; ".join(one.articles))
            writer.writerow((Wording("en").stamp(one.time), one.outcome, one.activity, *place))
        headers = {**pages.HEADERS, "content-disposition": 'attachment; filename="doorlatingen.csv"'}
        return Response(out.getvalue(), 200, headers, "text/csv; charset=utf-8")

    async def follow(self, request: Request) -> Response:
        """`POST /volg`: follows a signal, then back to the page, which stands still to be read."""
        await pages.read_form(request)
        await anyio.to_thread.run_sync(self._tours.follow)
        return pages.see_other("/?stil#ziet")

    async def stream(self, _request: Request) -> Response:
        """`GET /stroom`: an event `stand` each time something changed, for the page's script."""
        return sse.answer(self._changes())

    async def _changes(self) -> AsyncGenerator[bytes]:
        before, silent = b"", 0.0
        while not self._closing.is_set():
            picture = await self._looker.picture()
            now = msgspec.json.encode(msgspec.structs.replace(picture, at=0))
            silent = 0.0 if now != before else silent + EVERY
            if now != before:
                yield sse.event("stand", str(picture.at))
            elif silent >= sse.BEAT:
                silent = 0.0
                yield sse.HEARTBEAT
            before = now
            await self._closing.or_next(asyncio.Queue(), patience=EVERY)

    def _render(self, request: Request, name: str, picture: Picture, **more: Any) -> Response:
        how = Wording(pages.language_of(request))
        given: dict[str, Any] = {
            "p": picture,
            "w": how,
            "grounds": decision.GROUNDS,
            "forms": forms.by_code(),
            "groups": wording.groups,
        }
        return self._pages.render(request, name, **given, **more)


def _only(request: Request) -> bool:
    return request.query_params.get("alleen") == "geweigerd"


def _chosen(request: Request, picture: Picture) -> tuple[Row, ...]:
    return picture.refusals if _only(request) else picture.rows
