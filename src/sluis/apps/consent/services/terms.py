"""What time does: past a term a release stays inside; before it, who is still silent hears it once. Run by the worker."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from sluis.apps.audit import services as audit
from sluis.apps.audit.services import Happening
from sluis.apps.consent.models import Motion, Release
from sluis.apps.consent.selectors import asked, visibility
from sluis.apps.consent.services import messages
from sluis.apps.consent.services.messages import Subject
from sluis.wire import clock


def close_overdue() -> int:
    """Ends releases and motions past their term and tells contributors; returns how many releases. Reads no word of them."""
    now = clock.now()
    Motion.objects.filter(state="open", ends__lte=now).update(state="verlopen", closed=now)
    due = Release.objects.filter(state="open", ends__lte=now).order_by("ends").values_list("id", flat=True)
    return sum(_close(release, now) for release in list(due))


def _close(release: UUID, now: int) -> bool:
    with transaction.atomic():
        row = _locked(release)
        if row is None or row.ends > now:
            return False
        Release.objects.filter(id=row.id).update(state="verlopen", closed=now)
        audit.record(Happening("vrijgave verlopen"), reference=row.id.hex)
        messages.tell(visibility.contributors(row.item_id), Subject("vrijgave-afgerond", row.item_id))
    return True


def remind() -> int:
    """Reminds, once a round, the contributors that did not answer when two thirds of the term are over; returns how many."""
    due = Release.objects.filter(state="open", remind_at__lte=clock.now()).order_by("remind_at").values_list("id", flat=True)
    return sum(_remind(release) for release in list(due))


def _remind(release: UUID) -> int:
    with transaction.atomic():
        row = _locked(release)
        if row is None or row.remind_at is None or row.remind_at > clock.now():
            return 0
        Release.objects.filter(id=row.id).update(remind_at=None)
        said = asked.saying(row)
        silent = [one for one in visibility.contributors(row.item_id) if one not in said]
        messages.tell(silent, Subject("herinnering", row.item_id))
    return len(silent)


def _locked(release: UUID) -> Release | None:
    """The release if it is open still, with the columns that the worker may read and no other."""
    known = ("id", "item_id", "round", "ends", "remind_at")
    return Release.objects.only(*known).select_for_update().filter(id=release, state="open").first()
