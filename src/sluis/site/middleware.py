"""What every answer of the API carries, whoever gave it, and the trace that every request is a step of."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from sluis.wire import openapi, problems, trace

Answer = Callable[[HttpRequest], HttpResponse]


def api_headers(get_response: Answer) -> Answer:
    """The version on each answer below `/v1/`, the description open to every origin, and no pages where machines ask."""

    def answered(request: HttpRequest) -> HttpResponse:
        with trace.following(request.headers.get(trace.HEADER)):
            response = get_response(request)
        if not request.path.startswith(openapi.ROOT):
            return response
        if response.status_code in {404, 405} and response["content-type"].startswith("text/html"):
            response = _unanswered(response)
        response.headers.setdefault(openapi.VERSION_HEADER, openapi.VERSION)
        if request.path == openapi.ROOT + "openapi.json":
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return answered


def _unanswered(response: HttpResponse) -> HttpResponse:
    status, headers, body = problems.unanswered(response.status_code, allowed=response.get("allow", ""))
    return HttpResponse(body, status=status, headers=headers)
