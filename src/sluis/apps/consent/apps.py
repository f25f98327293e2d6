"""The room of closed groups and of consent to release."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Groups, items, releases, review rounds."""

    name = "sluis.apps.consent"
    label = "consent"
    default_auto_field = "django.db.models.BigAutoField"
