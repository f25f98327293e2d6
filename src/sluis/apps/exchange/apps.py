"""The room of the exchange."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Circles at work."""

    name = "sluis.apps.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
