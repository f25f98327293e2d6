"""The room of the partners."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Organisations, people, policy."""

    name = "sluis.apps.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"
