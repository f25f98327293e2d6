"""What leaves the hub about a closed group: that there is something, its kind, its link. Nothing else words one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.urls import reverse

from sluis.apps.consent.selectors.told import Message, stream_of
from sluis.plumbing import outbox
from sluis.wire import clock

# What there is, and the page to look at it.
PAGES: Final = {
    "uitnodiging": "consent:list-groups",
    "groepsbesluit": "consent:show-group",
    "instemming-gevraagd": "consent:show-item",
    "herinnering": "consent:show-item",
    "vrijgave-afgerond": "consent:show-item",
    "vrijgegeven": "consent:show-published",
    "leesronde": "consent:show-review",
    "noodtoegang": "consent:show-group",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: a word of `PAGES` and the id in the address."""

    kind: str
    id: UUID


def render(subject: Subject, *, at: int) -> Message:
    """The message, for the stream, a webhook's body and the text of a mail alike."""
    page = PAGES[subject.kind]
    address = reverse(page) if page == "consent:list-groups" else reverse(page, args=[subject.id])
    return Message(subject.kind, at, settings.SLUIS_WEB_URL.rstrip("/") + address)


def tell(parties: Iterable[bytes], subject: Subject) -> None:
    """Appends the message to the stream of each organisation. The last statements of a transaction, in one order of parties."""
    body = msgspec.json.encode(render(subject, at=clock.now()))
    for party in sorted(set(parties)):
        outbox.append(stream_of(party), [body])
