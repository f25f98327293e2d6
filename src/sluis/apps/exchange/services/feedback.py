"""Feedback: what a hit led to. Publishers hear it once a day, by measure and time it took, and never from whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

from django.db import transaction
from django.db.models import F

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.exchange.models import Feedback
from sluis.apps.exchange.services import notices, passing, pilots
from sluis.core.exchange.notices import Notice
from sluis.core.exchange.rights import FeedbackRequest
from sluis.wire import clock

ACTIVITY: Final = "terugkoppelen"
DAY: Final = 86_400


def give_feedback(request: FeedbackRequest, *, key: bytes) -> int:
    """Keeps what a hit led to, for each signal of others on the tag; returns how many. Again the same: no more.

    The last word counts: a measure may turn out to be wrong, and its publishers hear that too.

    Raises NotAllowed, NotPermitted `geen-grondslag`, NotFound `geen-signaal`, `onbekende-sleutel`, Malformed.
    """
    asker = passing.through(request, passing.Wish(key, ACTIVITY, "check"))
    rows = asker.signals()
    if not rows:
        raise passing.nothing()
    given = [
        Feedback(
            signal_id=row.signal_id,
            party=asker.member.id,
            publisher=row.publisher,
            circle=asker.section.circle,
            measure=request.measure,
            within=request.within,
            time=asker.now,
        )
        for row in rows
    ]
    with transaction.atomic():
        said = Feedback.objects.filter(party=asker.member.id, signal_id__in=[row.signal_id for row in rows])
        changed = said.exclude(measure=request.measure)
        changed.update(measure=request.measure, within=request.within, time=asker.now, told=False)
        Feedback.objects.bulk_create(given, ignore_conflicts=True)
        audit.record(Happening(ACTIVITY, asker.section.circle, asker.member.id, len(given)), reference=request.measure)
        pilots.weigh(asker.section.circle, party=asker.member.id)
    return len(given)


def tell_feedback() -> int:
    """Tells each publisher what came before today, once; returns how many notices."""
    today = clock.now() // DAY * DAY
    with transaction.atomic():
        rows = list(Feedback.objects.select_for_update().filter(told=False, time__lt=today))
        found: dict[tuple[bytes, bytes, bytes], Counter[str]] = defaultdict(Counter)
        for row in rows:
            found[bytes(row.publisher), bytes(row.circle), bytes(row.signal_id)].update([row.measure, row.within])
        due = Feedback.objects.filter(told=False, time__lt=today)
        due.update(told=True, told_measure=F("measure"), told_within=F("within"))
        notices.tell(
            (publisher, Notice("terugkoppeling", clock.now(), circle, signal=signal_id, counts=dict(counts)))
            for (publisher, circle, signal_id), counts in sorted(found.items())
        )
    return len(found)
