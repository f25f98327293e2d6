"""Browse assessments; a version is never changed."""

from django.contrib import admin
from django.http import HttpRequest

from sluis.apps.privacy.models import Assessment


@admin.register(Assessment)
class AssessmentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Read only: a new version goes through the service."""

    list_display = ("name", "version", "outcome", "approver")

    def has_change_permission(self, request: HttpRequest, obj: Assessment | None = None) -> bool:  # noqa: ARG002
        """Never."""
        return False

    has_add_permission = has_change_permission
    has_delete_permission = has_change_permission
