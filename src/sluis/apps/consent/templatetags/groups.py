"""Seconds as moments and codes as words, for the pages of closed groups."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template

from sluis.apps.consent.views import words

register = template.Library()


@register.filter
def when(seconds: int) -> datetime:
    """Seconds since 1970 as a moment that `date` can write."""
    return datetime.fromtimestamp(seconds, UTC)


@register.filter
def word(code: str, list_name: str) -> str:
    """The word for a code, in the reader's language, out of one of the lists of `views.words`."""
    return words.named(list_name, code)
