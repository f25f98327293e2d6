"""Signals past their day leave: row and share s go, the entry follows."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Key, Signal
from sluis.apps.exchange.services import entries
from sluis.apps.partners import selectors as partners
from sluis.wire import clock

DAY = 86_400
# Of a circle that is no more nothing may be seen: no number of groups reaches this.
_UNSEEN: Final = 1_000_000


def expire_signals() -> int:
    """Removes what expired before today and says so in the stream; returns how many signals went."""
    today, gone = clock.now() // DAY, 0
    for key_id in list(Signal.objects.filter(expires__lt=today).values_list("key_id", flat=True).distinct()):
        gone += _expire(bytes(key_id), today)
    return gone


def _expire(key_id: bytes, today: int) -> int:
    with transaction.atomic():
        entries.lock_key(key_id)
        rows = Signal.objects.filter(key_id=key_id, expires__lt=today)
        by_publisher: dict[bytes, int] = defaultdict(int)
        tags = set()
        for publisher, tag in rows.values_list("publisher", "tag"):
            by_publisher[bytes(publisher)] += 1
            tags.add(bytes(tag))
        rows.delete()
        circle = bytes(Key.objects.values_list("circle", flat=True).get(id=key_id))
        for publisher, amount in by_publisher.items():
            audit.record(Happening("vervallen", circle, publisher, amount))
        stored = partners.stored_snapshot()
        section = stored.sections.get(circle) if stored else None
        entries.announce(key_id, tags, k=section.k if section else _UNSEEN, today=today)
    return sum(by_publisher.values())
