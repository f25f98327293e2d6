"""Logging of every service: one JSON line per event on standard error. Never a body, never an identifier."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_SILENT: Final = frozenset({"body", "identifier", "tag", "voucher", "prefix", "prefixes", "secret", "passphrase"})


def configure(service: str) -> None:
    """Sends the events of this process, and warnings of libraries, to standard error as JSON under the name `service`."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _silence,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Standard error as it is at each event: whoever took it over for a while may have closed what it was before.
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def logger() -> structlog.typing.FilteringBoundLogger:
    """The logger to use; ids as hexadecimal, counts and codes only."""
    found: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return found


def _silence(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in _SILENT & event.keys():
        event[name] = "-"
    return event
