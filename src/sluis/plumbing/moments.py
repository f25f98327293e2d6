"""Days and moments as people read them, in the reader's language and time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format


def day(seconds: int) -> str:
    """A day in words, in the reader's language."""
    return date_format(timezone.localtime(datetime.fromtimestamp(seconds, UTC)), "j F Y")


def moment(seconds: int) -> str:
    """A day and time in words, in the reader's language."""
    return date_format(timezone.localtime(datetime.fromtimestamp(seconds, UTC)), "j F Y H:i")


def begin_of(day: date) -> int:
    """The first second of a day in the reader's time zone."""
    return int(datetime.combine(day, time.min, timezone.get_current_timezone()).timestamp())


def end_of(day: date) -> int:
    """The first second after a day in the reader's time zone."""
    return begin_of(day + timedelta(days=1))
