"""Days and moments as people read them, in the reader's language and time zone."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone
from django.utils.formats import date_format


def day(seconds: int) -> str:
    """A day in words, in the reader's language."""
    return date_format(timezone.localtime(datetime.fromtimestamp(seconds, UTC)), "j F Y")


def moment(seconds: int) -> str:
    """A day and time in words, in the reader's language."""
    return date_format(timezone.localtime(datetime.fromtimestamp(seconds, UTC)), "j F Y H:i")
