"""What every answer of the API carries, whoever gave it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sluis.core import errors
from sluis.plumbing import api
from sluis.wire import problems

Answer = Callable[[HttpRequest], HttpResponse]
ROOT = "/v1/"


def api_headers(get_response: Answer) -> Answer:
    """The version on each answer below `/v1/`, the description open to every origin, and no pages where machines ask."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(ROOT):
            return response
        if response.status_code == 404 and response["content-type"].startswith("text/html"):
            response = _nothing_here()
        response.headers.setdefault("API-Version", api.VERSION)
        if request.path == ROOT + "openapi.json":
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return answered


def _nothing_here() -> HttpResponse:
    status, headers, body = problems.to_problem(errors.NotFound("There is nothing under this address."))
    return HttpResponse(body, status=status, headers=headers)
