"""What every page knows: whether its data are invented, and whose person is reading."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from sluis.apps.partners import selectors as partners


def place(request: HttpRequest) -> dict[str, object]:
    """For the strip under the header: `invented` and the reader's `membership`, looked up only when a page shows it."""
    user = getattr(request, "user", None) or AnonymousUser()
    return {"invented": settings.SLUIS_INVENTED, "membership": SimpleLazyObject(lambda: partners.organisation_of(user))}
