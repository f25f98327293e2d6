"""What an organisation was told about its groups: the stream of messages, newest first."""

from __future__ import annotations

from typing import Final

import msgspec

from sluis.apps.partners.selectors import Acting
from sluis.core.exchange import groups as bodies
from sluis.plumbing import outbox
from sluis.plumbing.models import Event

STREAM: Final = "consent"


class Message(msgspec.Struct, frozen=True):
    """One message: what there is, since when (seconds), and its address. It has no place for words of an item."""

    kind: str
    time: int
    link: str


def stream_of(party: bytes) -> str:
    """The stream in which the organisation with this party id hears of its groups."""
    return f"{STREAM}:{party.hex()}"


def messages_for(acting: Acting, *, limit: int = 10) -> list[Message]:
    """The newest messages to the person's organisation."""
    rows = Event.objects.filter(stream=stream_of(acting.organisation)).order_by("-sequence")[:limit]
    return [msgspec.json.decode(bytes(row.body), type=Message) for row in rows]


def messages_after(party: bytes, sequence: int) -> bodies.Messages:
    """What the organisation was told after this place in its stream, in order, at most 200."""
    rows = outbox.after(stream_of(party), sequence, limit=bodies.MOST)
    told = [(number, msgspec.json.decode(body, type=Message)) for number, body in rows]
    found = tuple(bodies.Message(number, one.kind, one.time, one.link) for number, one in told)
    return bodies.Messages(found, found[-1].sequence if found else sequence)
