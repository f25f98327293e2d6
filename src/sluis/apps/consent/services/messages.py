"""What leaves the hub about a closed group: that there is something, its kind, its link. Nothing else words one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.apps.consent.selectors.told import Message, stream_of
from sluis.core import errors
from sluis.plumbing import outbox
from sluis.wire import clock

# What there is, and the page to look at it. A room that tells organisations of its own things adds to it when it starts.
PAGES: Final[dict[str, str]] = {
    "uitnodiging": "consent:list-groups",
    "groepsbesluit": "consent:show-group",
    "instemming-gevraagd": "consent:show-item",
    "herinnering": "consent:show-item",
    "vrijgave-afgerond": "consent:show-item",
    "vrijgegeven": "consent:show-published",
    "leesronde": "consent:show-review",
    "noodtoegang": "consent:show-group",
}

NAMES: Final[dict[str, str | Promise]] = {
    "uitnodiging": _("u bent uitgenodigd voor een groep"),
    "groepsbesluit": _("er ligt een groepsbesluit voor"),
    "instemming-gevraagd": _("uw instemming is gevraagd"),
    "herinnering": _("uw antwoord wordt nog verwacht"),
    "vrijgave-afgerond": _("een vrijgave is afgerond"),
    "vrijgegeven": _("er is iets voor u vrijgegeven"),
    "leesronde": _("er is iets in een leesronde"),
    "noodtoegang": _("een systeembeheerder gebruikt noodtoegang"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about: a word of `PAGES` and the id in the address."""

    kind: str
    id: UUID


def add(kind: str, page: str, *, name: str | Promise) -> None:
    """Makes a kind of message known, for the life of this process: the page that shows what it is about, and its words.

    Raises Conflict `soort-bezet` when another room has the kind already.
    """
    if PAGES.setdefault(kind, page) != page:
        raise errors.Conflict("Another room has a kind of message of this code.", code="soort-bezet")
    NAMES[kind] = name


def name_of(kind: str) -> str:
    """What there is, in words; the code itself for a kind that no room of this process knows."""
    return str(NAMES.get(kind, kind))


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
