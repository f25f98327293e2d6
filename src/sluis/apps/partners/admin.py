"""Browse people and organisations. Roles change by services only: here nothing is added, changed or removed."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from sluis.apps.partners.models import Membership, Organisation


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg] # it takes none at run time
    """A table to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Never."""
        return False


admin.site.register(Membership, ReadOnly, list_display=["user", "organisation", "role", "since", "ended"])
admin.site.register(Organisation, ReadOnly, list_display=["name", "sector"])
