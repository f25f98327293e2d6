"""Who reads a page of the exchange: people of an organisation, signed in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from sluis.apps.partners import selectors as partners
from sluis.plumbing.pages import page

__all__ = ["organisation_of", "page", "party_of"]


def party_of(request: HttpRequest) -> bytes:
    """The party id of the reader's organisation. Raises PermissionDenied for who is of none."""
    return organisation_of(request)[0]


def organisation_of(request: HttpRequest) -> tuple[bytes, str]:
    """Party id and name of the reader's organisation. Raises PermissionDenied for who is of none."""
    membership = partners.organisation_of(request.user)
    if membership is None:
        raise PermissionDenied
    return bytes(membership.organisation_id), membership.organisation.name
