"""What a receiver may tell its own customer after a hit: by advice, in Dutch and English, by version.

A possibility, never an accusation: no text names anybody or says that something is certain. A change is a new version.
"""

from __future__ import annotations

from functools import cache

import msgspec

from sluis.core import packaged
from sluis.core.exchange.words import Advice


class CustomerText(msgspec.Struct, frozen=True):
    """One text in Dutch and in English, with the version it stands in."""

    version: int
    nl: str
    en: str


class _Texts(msgspec.Struct, frozen=True):
    nl: str
    en: str


class _Messages(msgspec.Struct, frozen=True):
    version: int
    advice: dict[str, _Texts]


@cache
def _packaged() -> _Messages:
    return msgspec.json.decode(packaged.read("sluis.core.exchange", "messages.json"), type=_Messages)


def customer_text(advice: Advice) -> CustomerText:
    """The text for an advice. Every advice has one."""
    found = _packaged().advice[advice.label]
    return CustomerText(_packaged().version, found.nl, found.en)
