"""What an organisation hears about closed groups, and what was released to it: of `/v1/berichten` and `/v1/vrijgaven`."""

from __future__ import annotations

import msgspec

# Messages, and releases, in one answer at most.
MOST = 200


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
