"""The stream of entries stays as long as what lives: superseded events go at once, removals after five weeks."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from sluis.apps.exchange.models import Removal
from sluis.apps.exchange.services import entries
from sluis.plumbing import outbox
from sluis.wire import clock

KEPT: Final = 35 * 86_400
_SUBJECT: Final = 32


def tidy_entries() -> int:
    """Tidies the stream; returns how many events went. A replica that was off for longer than five weeks begins anew."""
    with transaction.atomic():
        old = Removal.objects.filter(time__lt=clock.now() - KEPT)
        gone = list(old.values_list("sequence", flat=True))
        old.delete()
        return outbox.tidy(entries.STREAM, octets=_SUBJECT, gone=gone)
