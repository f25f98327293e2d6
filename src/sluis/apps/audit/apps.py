"""The room of the log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only log."""

    name = "sluis.apps.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
