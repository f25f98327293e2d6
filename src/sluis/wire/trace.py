"""One W3C trace id through gateway, holders, edge and hub, so that the records of one operation can be laid side by side.

Source: W3C Trace Context, `traceparent` version 00. It is no secret and gives no right; who sends another one
confuses its own records.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from sluis.wire import clock

HEADER: Final = "traceparent"
_FORM: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.ASCII)
_TRACE_OCTETS, _SPAN_OCTETS = 16, 8
Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Trace:
    """A step of an operation: trace id (32 hexadecimal digits), own span and the span it came from (16 each; empty: none),
    and when the step began (milliseconds)."""

    id: str
    span: str
    parent: str
    began: int

    def header(self) -> str:
        """The value of `traceparent` for what this step asks of others."""
        return f"00-{self.id}-{self.span}-01"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current() -> Trace:
    """The step that runs now; a fresh one of a fresh trace when nothing was begun."""
    return _current.get() or _fresh()


def current_id() -> str:
    """The trace id of now, or nothing when nothing was begun."""
    found = _current.get()
    return found.id if found else ""


@contextmanager
def following(header: str | None) -> Iterator[Trace]:
    """A step of the trace that `header` names; of a fresh one when it names none."""
    found = _FORM.fullmatch(header or "")
    with _set(_after(found.group(2), found.group(3)) if found and _is_valid(found) else _fresh()) as step:
        yield step


def _is_valid(found: re.Match[str]) -> bool:
    # A later version may have more behind the flags; version 00 may not, and ff is none.
    version, trace, span, more = found.groups()
    return version != "ff" and (version != "00" or more is None) and bool(int(trace, 16) and int(span, 16))


@contextmanager
def started() -> Iterator[Trace]:
    """The step that runs now, or a fresh trace for as long as this lasts."""
    found = _current.get()
    if found is not None:
        yield found
        return
    with _set(_fresh()) as step:
        yield step


def traced(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """`work` as one operation: all it asks and logs carries one trace id."""

    @wraps(work)
    def run(*given: Given.args, **named: Given.kwargs) -> Result:
        with started():
            return work(*given, **named)

    return run


@contextmanager
def _set(step: Trace) -> Iterator[Trace]:
    token = _current.set(step)
    try:
        yield step
    finally:
        _current.reset(token)


def _fresh() -> Trace:
    return Trace(secrets.token_hex(_TRACE_OCTETS), secrets.token_hex(_SPAN_OCTETS), "", clock.now_ms())


def _after(trace: str, parent: str) -> Trace:
    return Trace(trace, secrets.token_hex(_SPAN_OCTETS), parent, clock.now_ms())
