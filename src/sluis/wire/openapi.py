"""OpenAPI 3.1 from the msgspec structs that calls read and answer: what the descriptions of hub and gateway share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from sluis.wire import problems

VERSION: Final = "1.0.0"
VERSION_HEADER: Final = "API-Version"
ROOT: Final = "/v1/"
JSON: Final = "application/json"
_REFERENCE: Final = "#/components/schemas/{name}"
_PROBLEM: Final = "Problem"
Part = dict[str, Any]


class Health(msgspec.Struct, frozen=True):
    """How a service is: its name, `ok` or what it waits for, and the version of Sluis."""

    service: str
    status: str
    version: str


def schemas(kinds: Iterable[type]) -> Part:
    """The schemas by name of these structs, of all they hold, and of a problem document."""
    _references, found = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
    return {**found, _PROBLEM: _problem()}


def taking(kind: type) -> Part:
    """What a call says of the body it reads."""
    return {"requestBody": {"required": True, "content": _content(JSON, kind.__name__)}}


def answering(kind: type, *, status: int = 200, media: str = JSON) -> Part:
    """What a call says of its answer, and of what it refuses with. `status` is a number, also as key."""
    refused = "A problem document (RFC 9457) with every fault at once."
    return {
        "responses": {
            status: {"description": "Done.", "content": _content(media, kind.__name__)},
            "default": {"description": refused, "content": _content(problems.MEDIA_TYPE, _PROBLEM)},
        }
    }


def _content(media: str, name: str) -> Part:
    return {media: {"schema": {"$ref": _REFERENCE.format(name=name)}}}


def _problem() -> Part:
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
