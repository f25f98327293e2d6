"""Mails each organisation's readers that there is something new about their groups: its kind and its address, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from django.db import transaction
from django.utils import translation

from sluis.apps.consent.selectors import rules
from sluis.apps.consent.selectors.told import STREAM, Message
from sluis.apps.consent.services import messages
from sluis.apps.partners import selectors as partners
from sluis.core import errors
from sluis.plumbing import mail, outbox
from sluis.wire import clock, logs

READER: Final = "mail"
# What is older, because the mail server was away or named only now, is read in the portal.
FRESH: Final = 3 * 86_400
SOME: Final = 50
_SUBJECT: Final = "Sluis: er wacht iets op uw organisatie / something waits for your organisation"
_TEXT: Final = """Er is iets voor uw organisatie in Sluis. Wat het is, leest u alleen daar.
There is something for your organisation in Sluis. What it is can be read only there.

{lines}

U krijgt dit bericht omdat u voor uw organisatie in Sluis werkt. Antwoorden kan niet.
You get this message because you work in Sluis for your organisation. Replies are not read.
"""


def post_mail() -> int:
    """Sends what is new; returns how many organisations got mail. Without a mail server nothing is sent, and nothing piles up.

    An organisation whose mail did not go keeps its place: it is tried again. A process that dies in between may send twice.
    """
    behind = outbox.behind(READER, kind=STREAM)
    addresses = partners.addresses(rules.READERS) if behind and mail.is_set() else {}
    return sum(_post(stream, after, addresses.get(bytes.fromhex(stream.partition(":")[2]), ())) for stream, after in behind)


def _post(stream: str, after: int, addresses: Sequence[str]) -> bool:
    found = outbox.after(stream, after, limit=SOME)
    fresh = list(_fresh(body for _sequence, body in found))
    try:
        with transaction.atomic():
            outbox.settle(READER, stream, found[-1][0])
            if fresh and addresses:
                mail.send(addresses, subject=_SUBJECT, text=text(fresh))
    except errors.Unavailable as error:
        logs.logger().warning("mail", code=error.reason)
        return False
    return bool(fresh and addresses)


def _fresh(bodies: Iterator[bytes]) -> Iterator[Message]:
    since = clock.now() - FRESH
    told = (msgspec.json.decode(body, type=Message) for body in bodies)
    return (one for one in told if one.time >= since)


def text(told: Sequence[Message]) -> str:
    """The mail: a line a message, the same message once."""
    lines = dict.fromkeys(f"- {_named(one.kind)}\n  {one.link}" for one in told)
    return _TEXT.format(lines="\n".join(lines))


def _named(kind: str) -> str:
    with translation.override("nl"):
        dutch = messages.name_of(kind)
    with translation.override("en"):
        return f"{dutch} / {messages.name_of(kind)}"
