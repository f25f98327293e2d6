"""The log as everybody reads it: checkpoint, tiles and entry bundles, as C2SP tlog-tiles serves them. No one has to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sluis.apps.audit import selectors
from sluis.core import errors
from sluis.core.exchange.log import tiles
from sluis.wire import problems

View = Callable[..., HttpResponse]
FOREVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=60"


def _told(view: View) -> View:
    @wraps(view)
    def answered(request: HttpRequest, **given: str) -> HttpResponse:
        try:
            answer = view(request, **given)
        except errors.SluisError as error:
            status, headers, body = problems.to_problem(error)
            answer = HttpResponse(body, status=status, headers=headers)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    return answered


@require_safe
@_told
def show_checkpoint(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The newest checkpoint that enough holders cosigned."""
    headers = {"cache-control": "no-cache"}
    return HttpResponse(selectors.public_note(), content_type="text/plain; charset=utf-8", headers=headers)


@require_safe
@_told
def show_tile(request: HttpRequest, path: str) -> HttpResponse:  # noqa: ARG001
    """A hash tile or an entry bundle. What it holds never changes; a full one may be kept for ever."""
    place = tiles.parse_path(f"tile/{path}")
    if place is None:
        raise errors.NotFound("The log has no such tile.", code="geen-tegel")
    keep = FOREVER if place.width == tiles.WIDTH else A_MOMENT
    return HttpResponse(selectors.tile(place), content_type="application/octet-stream", headers={"cache-control": keep})
