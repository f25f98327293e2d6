"""What every API shares: bodies read whole with a limit, answers in JSON, errors as problem documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from sluis.core import errors
from sluis.wire import logs, openapi, problems

LIMIT: Final = 4 * 1024 * 1024
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
    return HttpResponse(body, status=status, headers={openapi.VERSION_HEADER: openapi.VERSION, **headers})


Call = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Says:
    """What a call answers with when it did what was asked, and the struct of the body it reads, if it reads one."""

    answers: type
    reads: type | None = None
    status: int = 200

    def described(self) -> openapi.Part:
        """For the description of the API."""
        body = openapi.taking(self.reads) if self.reads else {}
        return {**body, **openapi.answering(self.answers, status=self.status)}


class Calls:
    """The calls of one room. Each names the structs that it reads and answers, from which the description is made."""

    def __init__(self, tag: str) -> None:
        self.router, self.says = Router(tags=[tag]), list[Says]()

    def get(self, path: str, summary: str, *, answers: type) -> Callable[[Call], Call]:
        """A call that reads."""
        told = self._note(Says(answers))
        return self.router.get(path, summary=summary, openapi_extra=told)

    def post(self, path: str, summary: str, says: Says) -> Callable[[Call], Call]:
        """A call that reads a body."""
        told = self._note(says)
        return self.router.post(path, summary=summary, response={says.status: None}, openapi_extra=told)

    def _note(self, says: Says) -> openapi.Part:
        self.says.append(says)
        return says.described()


class Hub(NinjaAPI):
    """An API of these calls, whose every exception becomes a problem document."""

    def __init__(self, *calls: Calls, namespace: str = "api") -> None:
        super().__init__(title="Sluis knooppunt", version=openapi.VERSION, urls_namespace=namespace, docs_url=None)
        self.add_exception_handler(Exception, _problem)
        self._says = [says for one in calls for says in one.says]
        for one in calls:
            self.add_router("", one.router)

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """The description, with the schemas of all structs."""
        told = super().get_openapi_schema(**more)
        kinds = {kind for says in self._says for kind in (says.reads, says.answers) if kind is not None}
        told["components"]["schemas"] = openapi.schemas(sorted(kinds, key=lambda kind: kind.__name__))
        return told
