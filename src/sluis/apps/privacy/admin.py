"""Browse assessments and evidence; neither is changed here."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from sluis.apps.privacy.models import Assessment, Evidence


class _ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Read only: changes go through the services."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Never."""
        return False

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission


@admin.register(Assessment)
class AssessmentAdmin(_ReadOnly):
    """Every version."""

    list_display = ("name", "version", "outcome", "approver")


@admin.register(Evidence)
class EvidenceAdmin(_ReadOnly):
    """What was registered, taken back or not."""

    list_display = ("name", "kind", "title", "withdrawn")
