"""The room of the exchange."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    """Circles at work."""

    name = "sluis.apps.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Makes known which kind of item of a closed group this room brings."""
        from sluis.apps.consent.services import ItemKind, register  # noqa: PLC0415 - models are loaded by now

        register(ItemKind("evaluatie-proeftuin", _("evaluatie van een proeftuin")))
