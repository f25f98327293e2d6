"""What an organisation was told about its groups: the stream of messages, newest first."""

from __future__ import annotations

import msgspec

from sluis.apps.partners.selectors import Acting
from sluis.plumbing.models import Event


class Message(msgspec.Struct, frozen=True):
    """One message: what there is, since when (seconds), and its address. It has no place for words of an item."""

    kind: str
    time: int
    link: str


def stream_of(party: bytes) -> str:
    """The stream in which the organisation with this party id hears of its groups."""
    return f"consent:{party.hex()}"


def messages_for(acting: Acting, *, limit: int = 10) -> list[Message]:
    """The newest messages to the person's organisation."""
    rows = Event.objects.filter(stream=stream_of(acting.organisation)).order_by("-sequence")[:limit]
    return [msgspec.json.decode(bytes(row.body), type=Message) for row in rows]
