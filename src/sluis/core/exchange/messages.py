"""What a receiver may tell its own customer after a hit: by advice, in Dutch and English, by version.

A possibility, never an accusation: no text names anybody or says that something is certain. A change is a new version.
"""

from __future__ import annotations

from functools import cache

import msgspec

from sluis.core import packaged
from sluis.core.exchange.words import Advice

# Messages of closed groups, and releases, in one answer at most.
MOST = 200


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


class Message(msgspec.Struct, frozen=True):
    """One message: its place in the stream, what there is, since when (seconds), its address. It holds no word of an item."""

    sequence: int
    kind: str
    time: int
    link: str


class Messages(msgspec.Struct, frozen=True):
    """Messages in order; `next` is the sequence to ask after for more, the same as was asked when there are none."""

    messages: tuple[Message, ...]
    next: int


class ReleasedText(msgspec.Struct, frozen=True):
    """A text that all contributors released, without its source: its id (hexadecimal), marking, and why one sees it."""

    id: str
    kind: str
    title: str
    paragraphs: tuple[str, ...]
    marking: str
    scope: str
    sector: str
    released: int


class Releases(msgspec.Struct, frozen=True):
    """Releases, the newest first; `next` is the mark to ask after for older ones, empty when there are none."""

    releases: tuple[ReleasedText, ...]
    next: str
