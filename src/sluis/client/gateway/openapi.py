"""The calls of the gateway's local API, and the OpenAPI 3.1 document made from the structs that they read and answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from sluis import __version__
from sluis.client.gateway import desk
from sluis.client.session import Session
from sluis.wire import problems, sse

_REFERENCE: Final = "#/components/schemas/{name}"
_PROBLEM: Final = "Problem"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that posts: what it does, the structs of body and answer, and the work."""

    summary: str
    body: type[msgspec.Struct]
    answer: type[msgspec.Struct]
    work: Callable[[Session, Any], msgspec.Struct]


CALLS: Final[Mapping[str, Call]] = {
    "/v1/signalen": Call("Share signals of one type.", desk.ShareBody, desk.SharedAnswer, desk.share),
    "/v1/bevragingen": Call("Check identifiers. A hit is never proof.", desk.CheckBody, desk.CheckAnswer, desk.check),
    "/v1/verstrekkingen": Call("Ask what stands behind a hit.", desk.DiscloseBody, desk.DiscloseAnswer, desk.disclose),
    "/v1/bewakingen": Call("Watch identifiers; a match alerts.", desk.WatchBody, desk.WatchAnswer, desk.watch),
    "/v1/terugkoppelingen": Call("Say what a hit led to.", desk.FeedbackBody, desk.FeedbackAnswer, desk.feedback),
}


@cache
def document() -> bytes:
    """The document as JSON. Every call but `/v1/health` asks for the gateway's token as a bearer token."""
    kinds = [kind for call in CALLS.values() for kind in (call.body, call.answer)]
    _refs, schemas = msgspec.json.schema_components([*kinds, desk.Alarm, desk.Health], ref_template=_REFERENCE)
    told = {
        "openapi": "3.1.0",
        "info": {"title": "Sluis koppelpunt: local API", "version": __version__, "license": {"name": "EUPL-1.2"}},
        "paths": {**{path: {"post": _posting(call)} for path, call in CALLS.items()}, **_READING},
        "components": {
            "schemas": {**schemas, _PROBLEM: _problem()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }
    return msgspec.json.encode(told)


def _posting(call: Call) -> dict[str, Any]:
    body = {"application/json": {"schema": _reference(call.body.__name__)}}
    return {"requestBody": {"required": True, "content": body}, **_answering(call.summary, call.answer.__name__)}


def _answering(summary: str, name: str, media: str = "application/json") -> dict[str, Any]:
    problem = "A problem document (RFC 9457) with every fault at once."
    return {
        "summary": summary,
        "responses": {
            "200": {"description": "Done.", "content": {media: {"schema": _reference(name)}}},
            "default": {"description": problem, "content": {problems.MEDIA_TYPE: {"schema": _reference(_PROBLEM)}}},
        },
    }


def _reference(name: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(name=name)}


_AFTER: Final = {"name": "vanaf", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
_ALERTS: Final = _answering("Alerts behind number `vanaf`, then each as it comes.", "Alarm", sse.MEDIA_TYPE)
_READING: Final[dict[str, Any]] = {
    "/v1/alarmen": {"get": {**_ALERTS, "parameters": [_AFTER]}},
    "/v1/health": {"get": {**_answering("Whether a policy snapshot is in force.", "Health"), "security": []}},
}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    fault = dict.fromkeys(("where", "code", "next_step"), text)
    return {
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            **dict.fromkeys(("type", "title", "code", "detail", "kind"), text),
            "status": {"type": "integer"},
            "errors": {"type": "array", "items": {"type": "object", "properties": fault}},
        },
    }
