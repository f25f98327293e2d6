"""The calls of the gateway's local API, and the OpenAPI 3.1 document made from the structs that they read and answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from sluis.client.gateway import desk
from sluis.client.session import Session
from sluis.wire import openapi, sse


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
    told = {
        "openapi": "3.1.0",
        "info": {"title": "Sluis koppelpunt: local API", "version": openapi.VERSION, "license": {"name": "EUPL-1.2"}},
        "paths": {**{path: {"post": _posting(call)} for path, call in CALLS.items()}, **_READING},
        "components": {
            "schemas": openapi.schemas([*kinds, desk.Alarm, openapi.Health]),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }
    return msgspec.json.encode(told)


def _posting(call: Call) -> openapi.Part:
    return {"summary": call.summary, **openapi.taking(call.body), **openapi.answering(call.answer)}


_AFTER: Final = {"name": "vanaf", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}}
_READING: Final[openapi.Part] = {
    "/v1/alarmen": {
        "get": {
            "summary": "Alerts behind number `vanaf`, then each as it comes.",
            "parameters": [_AFTER],
            **openapi.answering(desk.Alarm, media=sse.MEDIA_TYPE),
        }
    },
    "/v1/health": {
        "get": {"summary": "Whether a policy snapshot is in force.", "security": [], **openapi.answering(openapi.Health)}
    },
}
