"""What every API shares: bodies read whole with a limit, answers in JSON, errors as problem documents."""

from __future__ import annotations

from typing import Final, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from sluis.core import errors
from sluis.wire import logs, problems

LIMIT: Final = 4 * 1024 * 1024
VERSION: Final = "1.0.0"
Body = TypeVar("Body", bound=msgspec.Struct)


def read(request: HttpRequest, kind: type[Body]) -> Body:
    """The body as `kind`. Raises Malformed `te-groot`, `onjuiste-invoer` with the place of the first fault."""
    if len(request.body) > LIMIT:
        raise errors.Malformed("The body is larger than this call takes.", code="te-groot", limit=LIMIT)
    try:
        return msgspec.json.decode(request.body, type=kind)
    except msgspec.DecodeError as error:
        raise errors.Malformed(f"The body does not read{_where(str(error))}.") from None


def _where(told: str) -> str:
    """What a decoder said, without the value it met: that may be an identifier."""
    said, _at, place = told.partition(" - at ")
    harmless = said.startswith(("Expected", "Object missing", "JSON is malformed", "Input data was truncated"))
    return f"{' at ' + place if place else ''}{': ' + said if harmless else ''}"


def identifier(text: str) -> bytes:
    """16 octets from hexadecimal in a path. Raises NotFound."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) != 16:
        raise errors.NotFound("There is nothing under this address.")
    return octets


def number(digits: str, *, where: str) -> int:
    """A whole number from 0 in a query. Raises Malformed with a fault at `where`."""
    if digits.isascii() and digits.isdigit() and len(digits) < 19:
        return int(digits)
    fault = errors.Fault(where, "getal", "Give a whole number from 0.")
    raise errors.Malformed("This is no number.", faults=(fault,))


def answer(value: object, *, status: int = 200) -> HttpResponse:
    """`value` as JSON that no cache keeps."""
    octets = msgspec.json.encode(value)
    return HttpResponse(octets, status=status, content_type="application/json", headers={"cache-control": "no-store"})


def _problem(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    error = error() if isinstance(error, type) else error
    if isinstance(error, RequestDataTooBig):
        error = errors.Malformed("The body is larger than this call takes.", code="te-groot", limit=LIMIT)
    status, headers, body = problems.to_problem(error)
    if isinstance(error, errors.SluisError):
        logs.logger().info("refused", code=error.reason, status=status)
    else:
        logs.logger().error("failed", kind=type(error).__name__)
    return HttpResponse(body, status=status, headers={"API-Version": VERSION, **headers})


def new_api() -> NinjaAPI:
    """An API whose every exception becomes a problem document."""
    api = NinjaAPI(title="Sluis knooppunt", version=VERSION, urls_namespace="api", docs_url=None)
    api.add_exception_handler(Exception, _problem)
    return api
