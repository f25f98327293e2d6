"""Errors as RFC 9457 problem documents, both ways: the one table between an error's kind and an HTTP status."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sluis.core import errors

MEDIA_TYPE: Final = "application/problem+json"
METHOD_NOT_ALLOWED: Final = 405
_TYPE: Final = "https://sluis.example/fouten/"

STATUS: Final[dict[type[errors.SluisError], int]] = {
    errors.Malformed: 400,
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.NotPermitted: 403,
    errors.Conflict: 409,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.ProtocolFailure: 502,
}
_KIND_NAME: Final = {kind: kind.code for kind in STATUS}
_OWN: Final = frozenset({"type", "title", "status", "code", "detail", "errors", "kind", "faults", "self"})


def kind_of(error: errors.SluisError) -> type[errors.SluisError]:
    """The kind of the tree that `error` belongs to."""
    return next((kind for kind in STATUS if isinstance(error, kind)), errors.SluisError)


Problem = tuple[int, dict[str, str], bytes]


def to_problem(error: Exception) -> Problem:
    """Status, headers and body for `error`. An exception that is no SluisError tells nothing about itself."""
    if not isinstance(error, errors.SluisError):
        return _answer(500, {"title": "Something went wrong.", "code": "fout"})
    kind = kind_of(error)
    problem: dict[str, Any] = {**error.fields, "title": error.title(), "code": error.reason, "kind": kind.code}
    if error.detail:
        problem["detail"] = error.detail
    if error.faults:
        problem["errors"] = [{"where": fault.where, "code": fault.code, "next_step": fault.next_step} for fault in error.faults]
    status, headers, body = _answer(STATUS.get(kind, 500), problem)
    if kind is errors.TooMany:
        headers["retry-after"] = str(error.fields.get("retry_after", 60))
    return status, headers, body


def unanswered(status: int, *, allowed: str = "") -> Problem:
    """The problem of a request that no call takes: 405 with the methods there are (RFC 9110 section 15.5.6), else 404.

    `allowed` is the header as a framework gives it, in any order.
    """
    if status != METHOD_NOT_ALLOWED:
        return to_problem(errors.NotFound("There is nothing under this address."))
    told = ", ".join(sorted(allowed.split(", ")))
    _status, headers, body = to_problem(errors.Malformed(f"This address takes {told}.", code="andere-methode"))
    return status, {**headers, "allow": told}, msgspec.json.encode({**_read(body), "status": status})


def from_problem(status: int, body: bytes) -> errors.SluisError:
    """The error that a service answered with: same class, code, detail, fields and faults.

    A body that is no problem document (a proxy's page) becomes the kind that fits the status, without detail.
    """
    problem = _read(body)
    kind = _kind(status, problem.get("kind"))
    code, detail = problem.get("code"), problem.get("detail")
    return kind(
        detail if isinstance(detail, str) else "",
        code=code if isinstance(code, str) else None,
        faults=tuple(_faults(problem.get("errors"))),
        **{name: value for name, value in problem.items() if name not in _OWN},
    )


def _answer(status: int, problem: dict[str, Any]) -> Problem:
    full = {"type": f"{_TYPE}{problem['code']}", "status": status, **problem}
    return status, {"content-type": MEDIA_TYPE, "cache-control": "no-store"}, msgspec.json.encode(full)


def _read(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _kind(status: int, named: object) -> type[errors.SluisError]:
    fitting = [kind for kind, number in STATUS.items() if number == status]
    exact = [kind for kind in fitting if _KIND_NAME[kind] == named]
    if exact or fitting:
        return (exact or fitting)[0]
    return errors.Malformed if 400 <= status < 500 else errors.Unavailable


def _faults(found: object) -> list[errors.Fault]:
    try:
        return msgspec.convert(found or [], type=list[errors.Fault])
    except msgspec.ValidationError:
        return []
