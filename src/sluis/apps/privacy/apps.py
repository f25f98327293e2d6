"""The room of the privacykader."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Assessments."""

    name = "sluis.apps.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
