"""Codes as words and seconds as days, for the pages of casework."""

from __future__ import annotations

from django import template

from sluis.apps.casework.views import words
from sluis.plumbing import moments

register = template.Library()
register.filter("day", moments.day)
register.filter("moment", moments.moment)


@register.filter
def word(code: str, list_name: str) -> str:
    """The word for a code, in the reader's language, out of one of the lists of `views.words`."""
    return words.named(list_name, code)


@register.filter
def field(name: str) -> str:
    """What a field is called on the page."""
    return str(words.FIELDS.get(name, name))
